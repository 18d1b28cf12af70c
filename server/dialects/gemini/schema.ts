import { z } from 'zod';
import { isRecord } from '../../lib/json.ts';
import { exactInteger, jsonObject, listOf, wireInteger, wireNumber } from '../schema-types.ts';
import { nameOfCallingMode, nameSafetySettings } from './enum-numbers.ts';
import { readResponseFormat } from './response-format.ts';
import { inCamelCase } from './spelling.ts';

/*
 * The body of `models/{id}:generateContent`: Google's `GenerateContentRequest`, extended to what existing clients send.
 * Members may be in camel case or snake case. Null means absent. Members that are not defined here are kept.
 */

/** An object whose members may be in camel case or snake case. */
function message<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.preprocess(inCamelCase, z.looseObject(shape));
}

/** A list, or a single item instead of a list. */
function oneOrMore<Item extends z.ZodType>(item: Item, minimum = 0) {
  return z.preprocess(
    (value) => (isRecord(value) || typeof value === 'string' ? [value] : value),
    listOf(item, minimum),
  );
}

/** Google's JSON also has numbers as text, in which its libraries write 64-bit integers. */
function orText<Number extends z.ZodType>(number: Number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && numeric.test(value) ? JSON.rawJSON(value) : value),
    number,
  );
}

const numeric = /^-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?$/;
const number = orText(wireNumber);
const integer = orText(wireInteger);

const mediaType = z.string().min(1);
const blob = message({ mimeType: mediaType, data: z.string() });
const fileData = message({ fileUri: z.string().min(1), mimeType: mediaType.nullish() });
const functionCall = message({
  id: z.string().nullish(),
  name: z.string().min(1),
  args: jsonObject.nullish(),
  thoughtSignature: z.string().nullish(),
});
const functionResponse = message({
  id: z.string().nullish(),
  name: z.string().nullish(),
  response: z.unknown().optional(),
  parts: listOf(message({ inlineData: blob.nullish(), fileData: fileData.nullish() })).nullish(),
});

const part = message({
  text: z.string().nullish(),
  thought: z.boolean().nullish(),
  thoughtSignature: z.string().nullish(),
  inlineData: blob.nullish(),
  fileData: fileData.nullish(),
  functionCall: functionCall.nullish(),
  functionResponse: functionResponse.nullish(),
});
/** A string is accepted instead of a text part. */
const partOrText = z.preprocess((value) => (typeof value === 'string' ? { text: value } : value), part);
const content = message({ role: z.string().nullish(), parts: oneOrMore(partOrText).nullish() });
/** A string is accepted instead of a content. */
const contentOrText = z.preprocess((value) => (typeof value === 'string' ? { parts: [value] } : value), content);
/** A string, a part, or a list of strings, parts or contents is accepted instead of a content. */
const instruction = z.preprocess((value) => {
  if (typeof value === 'string') return { parts: value };
  if (Array.isArray(value)) return { parts: value.flatMap(partsOf) };
  const spelled = inCamelCase(value);
  return typeof spelled === 'object' && spelled !== null && 'text' in spelled ? { parts: [spelled] } : spelled;
}, content);

function partsOf(item: unknown): readonly unknown[] {
  return isRecord(item) && Array.isArray(item.parts) ? item.parts : [item];
}

const functionDeclaration = message({
  name: z.string().min(1),
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
  parametersJsonSchema: z.union([jsonObject, z.boolean()]).nullish(),
});
const tool = message({ functionDeclarations: listOf(functionDeclaration).nullish() });

const functionCallingConfig = message({
  mode: z
    .preprocess(
      (mode) => nameOfCallingMode(typeof mode === 'string' ? mode.toUpperCase() : mode),
      z.enum(['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED']).nullish(),
    )
    .optional(),
  allowedFunctionNames: listOf(z.string().min(1)).nullish(),
});

export const thinkingConfig = message({
  includeThoughts: z.boolean().nullish(),
  thinkingBudget: integer.nullish(),
  thinkingLevel: z.string().nullish(),
});

/** Google documents this as another name of the member. */
function renameSchema(value: unknown): unknown {
  if (!isRecord(value) || !Object.hasOwn(value, otherSchemaName)) return value;
  const { [otherSchemaName]: responseJsonSchema, ...config } = value;
  return { responseJsonSchema, ...config };
}

export const otherSchemaName = '_responseJsonSchema';

const generationConfig = z.preprocess(
  (config) => readResponseFormat(renameSchema(config)),
  message({
    temperature: number.pipe(z.number().min(0).max(2)).nullish(),
    topP: number.pipe(z.number().min(0).max(1)).nullish(),
    topK: number.nullish(),
    candidateCount: integer.pipe(z.number().min(1).max(8)).nullish(),
    maxOutputTokens: integer.pipe(z.number().min(1)).nullish(),
    stopSequences: oneOrMore(z.string()).nullish(),
    presencePenalty: number.nullish(),
    frequencyPenalty: number.nullish(),
    seed: orText(exactInteger).nullish(),
    responseMimeType: z.string().nullish(),
    responseSchema: jsonObject.nullish(),
    responseJsonSchema: z.union([jsonObject, z.boolean()]).nullish(),
    thinkingConfig: thinkingConfig.nullish(),
  }),
);

export const requestSchema = message({
  contents: oneOrMore(contentOrText, 1),
  systemInstruction: instruction.nullish(),
  tools: oneOrMore(tool).nullish(),
  toolConfig: message({ functionCallingConfig: functionCallingConfig.nullish() }).nullish(),
  generationConfig: generationConfig.nullish(),
  safetySettings: z.preprocess(nameSafetySettings, z.unknown()).optional(),
  cachedContent: z.string().nullish(),
});

/** `:countTokens` accepts contents or a complete request. */
export const countSchema = message({
  contents: z.unknown().optional(),
  generateContentRequest: jsonObject.nullish(),
});

export type WireRequest = z.infer<typeof requestSchema>;
export type WireContent = z.infer<typeof content>;
export type WirePart = z.infer<typeof part>;
export type WireFunctionDeclaration = z.infer<typeof functionDeclaration>;
export type WireGenerationConfig = z.infer<typeof generationConfig>;
