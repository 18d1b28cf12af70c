/** The upstream ids of the models that the simulator knows by default. */
const knownModels: ReadonlySet<string> = new Set([
  'claude-3-5-sonnet-v2@20241022',
  'claude-3-7-sonnet@20250219',
  'claude-sonnet-4@20250514',
  'claude-opus-4@20250514',
  'gemini-2.0-flash-001',
  'gemini-2.5-pro-preview-03-25',
  'gemini-2.5-flash-preview-04-17',
  'anthropic.claude-3-5-sonnet-20241022-v2:0',
  'anthropic.claude-3-7-sonnet-20250219-v1:0',
  'anthropic.claude-sonnet-4-20250514-v1:0',
  'anthropic.claude-opus-4-20250514-v1:0',
  'claude-sonnet-4-5@20250929',
  'claude-haiku-4-5@20251001',
  'claude-opus-4-5@20251101',
  'claude-sonnet-4-6',
  'claude-opus-4-6',
  'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'anthropic.claude-haiku-4-5-20251001-v1:0',
  'anthropic.claude-opus-4-5-20251101-v1:0',
  'gemini-2.5-pro',
  'gemini-2.5-flash',
  'gemini-3-flash-preview',
  'anthropic.claude-opus-4-6-v1',
  'gpt-5-2025-08-07',
  'gpt-5-latest',
  'gpt-5.1',
  'gpt-5.2-latest',
  'gpt-5.2-codex',
  'gpt-5.4-2026-03-05',
  'gpt-5.6-luna',
]);

const freePrefix = 'sim-';

/** Matches the ids of each native route's models. */
export const openAiModel = /^(gpt-|o\d)/;
export const geminiModel = /^gemini/;
export const vertexClaudeModel = /^claude-/;
export const bedrockClaudeModel = /^anthropic\./;

export type Vendor = 'anthropic' | 'openai' | 'google';

/** Whether a route that serves `served` has the model: one of the table above, or any that begins with `sim-`. */
export function isKnownModel(model: string, served: RegExp): boolean {
  return (knownModels.has(model) && served.test(model)) || model.startsWith(freePrefix);
}

/** The vendor whose behaviour a model has, by its id: `sim-gpt-5` is OpenAI's, and so on. Default: Anthropic. */
export function vendorOf(model: string): Vendor {
  const name = model.startsWith(freePrefix) ? model.slice(freePrefix.length) : model;
  if (geminiModel.test(name)) return 'google';
  return openAiModel.test(name) ? 'openai' : 'anthropic';
}

/** Splits `claude-sonnet-4@20250514#pace=5` into the model and the knobs written after it. */
export function splitModel(written: string): { readonly model: string; readonly suffix: string } {
  const at = written.indexOf('#');
  if (at === -1) return { model: written, suffix: '' };
  return { model: written.slice(0, at), suffix: written.slice(at + 1) };
}
