import { type AnswerTransformMaker, joinTransforms } from '../../conversation/answer-transform.ts';
import { noteForeignData } from '../../conversation/foreign-data.ts';
import type { Message } from '../../conversation/message.ts';
import type { ConversationRequest, ResponseFormat, Tool } from '../../conversation/request.ts';
import { stopperFor } from '../../conversation/stop-at-sequences.ts';
import type { ToolNames } from '../../conversation/tool-names.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { createFenceUnwrapper } from '../../conversation/unwrap-code-fence.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { toPlainNumber } from '../../lib/exact-json.ts';
import { type JsonRecord, readRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { EncodingTarget } from '../dialect.ts';
import { encodeContents } from './encode-contents.ts';
import { encodeImageOutput, withImageMembers, withoutImageTool } from './encode-image-output.ts';
import { encodeSchema } from './encode-schema.ts';
import { encodeThinking, isLevelOf } from './encode-thinking.ts';
import { encodeTools } from './encode-tools.ts';
import { nameTools } from './identifiers.ts';
import { type GeminiTraits, traitsOf } from './model-traits.ts';
import { geminiName } from './name.ts';

export interface EncodedGeminiRequest {
  /** A `GenerateContentRequest`. */
  readonly body: JsonRecord;
  /** Reverts the changes of the request in an answer's events; undefined if there is nothing to revert. */
  readonly createAnswerTransform: AnswerTransformMaker | undefined;
}

/**
 * Encodes a request of any dialect for `generateContent` (https://ai.google.dev/api/generate-content).
 *
 * @throws Failure `invalid-request` for media that cannot be sent
 */
export function encodeGeminiRequest(request: ConversationRequest, target: EncodingTarget): EncodedGeminiRequest {
  const { notes } = target;
  const traits = traitsOf(target.model);
  const names = nameTools(request);
  noteForeignData(withImageMembers(request, traits), geminiName, notes);
  const { toolConfig: _toolConfig, generationConfig: _settings, ...own } = vendorMembersOf(request.vendor, geminiName);
  const tools = encodeTools(withoutImageTool(request, traits), names, notes);
  const formatInPrompt = !traits.formatWithTools && tools.tools !== undefined && asksForJson(request.responseFormat);
  const { system, contents } = encodeContents(request.messages, {
    names,
    notes,
    mediaInResponses: traits.mediaInResponses,
  });
  const instructions = formatInPrompt ? [...system, formatInstruction(request.responseFormat, notes)] : system;
  const settings = encodeSettings(request, traits, notes);
  const generationConfig = {
    ...settings,
    ...(!formatInPrompt && !hasNativeFormat(request) && encodeFormat(request.responseFormat, notes)),
  };
  return {
    body: {
      ...own,
      ...(instructions.length > 0 && { systemInstruction: { parts: instructions } }),
      contents,
      ...tools,
      ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
    },
    createAnswerTransform: transformMakerFor(names, request, settings.stopSequences),
  };
}

/** True if the client's own body can be relayed, which Gemini accepts as such. */
export function isPlainGeminiRequest(request: ConversationRequest, model: string): boolean {
  const traits = traitsOf(model);
  const { reasoning, toolChoice: choice, tools, frequencyPenalty, presencePenalty } = request;
  if (!nameTools(request).unchanged || hasDuplicates(tools)) return false;
  if (!traits.formatWithTools && tools.length > 0 && asksForJson(request.responseFormat)) return false;
  if (choice?.type === 'allowed' && choice.mode === 'auto') return false;
  if (reasoning?.effort !== undefined && !isLevelOf(traits.thinking, reasoning.effort)) return false;
  if (frequencyPenalty === 0 || presencePenalty === 0) return false;
  if (!traits.mediaInResponses && request.messages.some(hasMediaInResults)) return false;
  const notes = new TranslationLog();
  encodeSettings(request, traits, notes);
  return notes.list().length === 0;
}

function hasDuplicates(tools: readonly Tool[]): boolean {
  const names = tools.flatMap((tool) => (tool.type === 'function' ? [tool.name] : []));
  return new Set(names).size < names.length;
}

function hasMediaInResults({ parts }: Message): boolean {
  return parts.some((part) => part.type === 'tool-result' && part.parts.some((inner) => inner.type !== 'text'));
}

interface EncodedSettings extends JsonRecord {
  readonly stopSequences?: readonly string[];
}

/** Encodes the request's settings with Gemini's names. */
function encodeSettings(request: ConversationRequest, traits: GeminiTraits, notes: TranslationLog): EncodedSettings {
  const thinkingConfig = encodeThinking(request, traits.thinking, notes);
  const stopSequences = encodeStop(request.stop, notes);
  const { seed } = request;
  const plainSeed = Number(toPlainNumber(seed));
  const takesSeed = seed !== undefined && plainSeed >= -(2 ** 31) && plainSeed < 2 ** 31;
  if (seed !== undefined && !takesSeed) notes.dropped('seed', 'Gemini supports only 32-bit seeds.');
  for (const [name, value] of [
    ['verbosity', request.verbosity],
    ['user', request.user],
    ['prompt_cache_key', request.cacheKey],
  ] as const) {
    if (value !== undefined) notes.dropped(name, 'Gemini does not support it.');
  }
  const { temperature, topP, topK, maxOutputTokens, frequencyPenalty, presencePenalty } = request;
  return {
    ...(traits.generatesImages && encodeImageOutput(request.imageOutput)),
    ...readRecord(vendorMembersOf(request.vendor, geminiName).generationConfig),
    ...withoutUndefined({
      temperature,
      topP,
      topK,
      // Some models reject penalties, so the default of 0 is not sent.
      frequencyPenalty: frequencyPenalty || undefined,
      presencePenalty: presencePenalty || undefined,
      seed: takesSeed ? seed : undefined,
      maxOutputTokens,
      stopSequences,
      thinkingConfig,
    }),
  };
}

/** Gemini's limit. */
const maxStopSequences = 5;

export function encodeStop(stop: readonly string[] | undefined, notes: TranslationLog): readonly string[] | undefined {
  if (stop === undefined) return undefined;
  const kept = stop.filter((text) => text !== '');
  if (kept.length < stop.length) notes.dropped('stop', 'Empty stop sequences are not supported.');
  if (kept.length > maxStopSequences)
    notes.changed('stop', `Gemini supports ${maxStopSequences} stop sequences; the gateway applies the others.`);
  return kept.length > 0 ? kept.slice(0, maxStopSequences) : undefined;
}

export function asksForJson(format: ResponseFormat | undefined): boolean {
  return format !== undefined && format.type !== 'text';
}

function encodeFormat(format: ResponseFormat | undefined, notes: TranslationLog): JsonRecord {
  if (format === undefined || format.type === 'text') return {};
  const schema = format.type === 'json-schema' ? format.schema : undefined;
  return {
    responseMimeType: 'application/json',
    ...(schema !== undefined && { responseJsonSchema: encodeSchema(schema, 'response_format', notes) }),
  };
}

/** True if the client asked for a format that the neutral language does not cover. */
function hasNativeFormat({ vendor }: ConversationRequest): boolean {
  return readRecord(vendorMembersOf(vendor, geminiName).generationConfig).responseMimeType !== undefined;
}

/** The instruction for a model that does not support structured output along with functions. */
function formatInstruction(format: ResponseFormat | undefined, notes: TranslationLog): JsonRecord {
  notes.changed('response_format', 'With tools, the prompt asks this model for JSON, but the schema is not enforced.');
  const schema = format?.type === 'json-schema' ? format.schema : undefined;
  const rule =
    'When you do not call a function, answer with JSON and nothing else: no explanation, no Markdown code fence.';
  if (schema === undefined) return { text: rule };
  return { text: `${rule} It must be valid against this JSON Schema:\n${JSON.stringify(schema)}` };
}

/** Ends answers at stop sequences that were not sent, restores the client's tool names, and removes the code fence around JSON that is not enforced. */
export function transformMakerFor(
  names: ToolNames,
  { stop, responseFormat }: ConversationRequest,
  sentStop: readonly string[] | undefined,
): AnswerTransformMaker | undefined {
  return joinTransforms(
    stopperFor(stop, sentStop),
    asksForJson(responseFormat) ? createFenceUnwrapper : undefined,
    names.restorer,
  );
}
