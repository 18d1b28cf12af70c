import type { Tool } from '../../conversation/request.ts';
import { isRecord, type JsonRecord, readRecord } from '../../lib/json.ts';
import type { ForeignMembers, ShapeReader } from '../dialect.ts';
import { decodeThinking } from './decode-settings.ts';
import { geminiName } from './name.ts';
import { thinkingConfig } from './schema.ts';

/**
 * Reads how clients of Google's Chat Completions endpoint ask for thinking: `extra_body.google.thinking_config`
 * (https://ai.google.dev/gemini-api/docs/openai). OpenAI's SDK for Python sends only what is in `extra_body`. Also reads
 * Gemini's own tools.
 */
export const googleExtraBody: ShapeReader = {
  readPart: () => undefined,
  readTool,
  readMembers,
};

/** Gemini's own tools in both spellings. */
const ownTools: ReadonlyMap<unknown, string> = new Map([
  ['googleSearch', 'googleSearch'],
  ['google_search', 'googleSearch'],
  ['codeExecution', 'codeExecution'],
  ['code_execution', 'codeExecution'],
  ['urlContext', 'urlContext'],
  ['url_context', 'urlContext'],
]);

/** Other gateways know these tools as functions of the same names without parameters, and so do clients. */
function readTool(value: JsonRecord): Tool | undefined {
  const { type, function: declared } = value;
  const { name: called, parameters } = readRecord(declared);
  const takesNothing = Object.keys(readRecord(readRecord(parameters).properties)).length === 0;
  const name = ownTools.get(type === 'function' && takesNothing ? called : onlyMemberOf(value));
  if (name === undefined) return undefined;
  const settings = Object.values(value).find((settings) => isRecord(settings) && settings !== declared) ?? {};
  return { type: 'vendor', dialect: geminiName, name, value: { [name]: settings } };
}

function readMembers(json: JsonRecord): ForeignMembers {
  const { extra_body: wrapper } = json;
  const [name, holder] = onlyMemberOf(wrapper) === 'google' ? ['extra_body', readRecord(wrapper)] : ['google', json];
  const settings = readSettings(holder.google);
  return { names: settings === undefined ? [] : [name], system: [], settings: settings ?? {} };
}

/** @returns undefined if there is anything else than a valid configuration of thinking */
function readSettings(google: unknown): ForeignMembers['settings'] | undefined {
  if (!isRecord(google) || onlyMemberOf(google) !== 'thinking_config') return undefined;
  const { success, data } = thinkingConfig.safeParse(google.thinking_config);
  if (!success || (typeof data.thinkingBudget === 'number' && data.thinkingLevel)) return undefined;
  const reasoning = decodeThinking(data);
  return reasoning === undefined ? {} : { reasoning };
}

function onlyMemberOf(value: unknown): string | undefined {
  const names = isRecord(value) ? Object.keys(value) : [];
  return names.length === 1 ? names[0] : undefined;
}
