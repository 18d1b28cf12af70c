import type { ConversationRequest, ReasoningOptions, ResponseFormat } from '../../conversation/request.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { ownMembers } from './decode-parts.ts';
import { decodeSchema, isOpenapiSchema } from './decode-schema.ts';
import { isPlainJsonSchema, readJsonSchema } from './decode-tools.ts';
import { invalidArgument } from './invalid-argument.ts';
import type { WireGenerationConfig } from './schema.ts';

export interface DecodedSettings {
  readonly settings: Partial<ConversationRequest>;
  readonly choiceCount: number;
  /** Members of `generationConfig` that the neutral language does not cover. */
  readonly own: JsonRecord;
  /** True if the client wants an enum value without the quotes of JSON. */
  readonly bareEnum: boolean;
  /** True if the settings can be sent to Google unchanged. */
  readonly plain: boolean;
}

const knownMembers: ReadonlySet<string> = new Set([
  ...['temperature', 'topP', 'topK', 'candidateCount', 'maxOutputTokens', 'stopSequences', 'presencePenalty'],
  ...['frequencyPenalty', 'seed', 'responseMimeType', 'responseSchema', 'responseJsonSchema', 'thinkingConfig'],
]);

/** @throws Failure `invalid-request` for mutually exclusive members */
export function decodeSettings(config: WireGenerationConfig | null | undefined): DecodedSettings {
  if (!config) return { settings: {}, choiceCount: 1, own: {}, bareEnum: false, plain: true };
  const { temperature, topP, topK, maxOutputTokens, stopSequences, presencePenalty, frequencyPenalty, seed } = config;
  const format = decodeFormat(config);
  const reasoning = decodeThinking(config.thinkingConfig);
  const bareEnum = config.responseMimeType === enumType;
  return {
    settings: {
      ...(typeof temperature === 'number' && { temperature }),
      ...(typeof topP === 'number' && { topP }),
      ...(typeof topK === 'number' && { topK }),
      ...(typeof maxOutputTokens === 'number' && { maxOutputTokens }),
      ...(typeof presencePenalty === 'number' && { presencePenalty }),
      ...(typeof frequencyPenalty === 'number' && { frequencyPenalty }),
      ...(seed !== undefined && seed !== null && { seed }),
      ...(stopSequences && stopSequences.length > 0 && { stop: stopSequences }),
      ...withoutUndefined({ responseFormat: format, reasoning }),
    },
    choiceCount: config.candidateCount ?? 1,
    own: {
      ...ownMembers(config, knownMembers),
      ...(bareEnum && {
        responseMimeType: enumType,
        ...(config.responseSchema && { responseSchema: config.responseSchema }),
      }),
    },
    bareEnum,
    plain: isPlainFormat(config) && !hasUnspecifiedLevel(config),
  };
}

/** Models without levels reject this one, too. */
function hasUnspecifiedLevel({ thinkingConfig }: WireGenerationConfig): boolean {
  return thinkingConfig?.thinkingLevel?.toLowerCase() === unspecifiedLevel;
}

const unspecifiedLevel = 'thinking_level_unspecified';

function isPlainFormat({ responseSchema, responseJsonSchema: schema }: WireGenerationConfig): boolean {
  if (responseSchema) return isOpenapiSchema(responseSchema);
  return schema === undefined || schema === null || isPlainJsonSchema(schema);
}

const enumType = 'text/x.enum';

function decodeFormat(config: WireGenerationConfig): ResponseFormat | undefined {
  const { responseMimeType: mediaType, responseSchema, responseJsonSchema } = config;
  const schema = responseSchema ? decodeSchema(responseSchema) : readJsonSchema(responseJsonSchema);
  if (responseSchema && responseJsonSchema !== undefined && responseJsonSchema !== null) {
    const place = 'generationConfig.responseJsonSchema';
    throw invalidArgument(place, `Invalid value at '${place}': it cannot be combined with responseSchema.`);
  }
  if (mediaType === 'application/json' || mediaType === enumType) {
    return schema === undefined ? { type: 'json' } : { type: 'json-schema', name: 'response', schema, strict: true };
  }
  if (schema === undefined) return mediaType === 'text/plain' ? { type: 'text' } : undefined;
  const place = 'generationConfig.responseMimeType';
  throw invalidArgument(place, `Invalid value at '${place}': a schema requires application/json.`);
}

export function decodeThinking(config: WireGenerationConfig['thinkingConfig']): ReasoningOptions | undefined {
  if (!config) return undefined;
  const { includeThoughts, thinkingBudget: budget, thinkingLevel } = config;
  const shown = includeThoughts === true;
  const level = thinkingLevel?.toLowerCase();
  if (typeof budget === 'number' && level !== undefined) {
    const place = 'generationConfig.thinkingConfig';
    throw invalidArgument(place, `Invalid value at '${place}': thinkingBudget and thinkingLevel cannot be combined.`);
  }
  if (budget === 0) return { mode: 'off' };
  if (level !== undefined && level !== unspecifiedLevel) return { mode: 'on', effort: level, shown };
  if (typeof budget === 'number' && budget > 0) return { mode: 'on', budget, shown };
  if (typeof budget === 'number') return { mode: 'adaptive', shown };
  return shown ? { mode: 'on', shown } : undefined;
}
