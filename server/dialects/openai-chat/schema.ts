import { z } from 'zod';
import { isRecord } from '../../lib/json.ts';
import {
  exactInteger,
  jsonObject,
  listOf,
  numberRecord,
  stringRecord,
  wireInteger,
  wireNumber,
} from '../schema-types.ts';

/*
 * The body of `POST /v1/chat/completions`: OpenAI's `CreateChatCompletionRequest`, extended to what existing clients
 * send. Optional members may be null, which means absent. Members that are not defined here are kept. Any string is
 * accepted where vendors have values of their own (efforts, tiers, details).
 */

const within = (minimum: number, maximum: number) => wireNumber.pipe(z.number().min(minimum).max(maximum));
const integerWithin = (minimum: number, maximum: number) => wireInteger.pipe(z.number().min(minimum).max(maximum));
export const positiveInteger = wireInteger.pipe(z.number().min(1));

const cacheMarks = { cache_control: jsonObject.nullish(), prompt_cache_breakpoint: jsonObject.nullish() };

const textPartSchema = z.looseObject({ type: z.literal('text'), text: z.string(), ...cacheMarks });
const imagePartSchema = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.union([z.looseObject({ url: z.string().min(1), detail: z.string().nullish() }), z.string().min(1)]),
  ...cacheMarks,
});
const refusalPartSchema = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });
/** A part of another dialect, or one that only the upstream understands. */
const otherPart = (own: readonly string[]) =>
  z.looseObject({ type: z.string().refine((type) => !own.includes(type), { abort: true }) });

export const audioPartSchema = z.looseObject({
  input_audio: z.looseObject({ data: z.string().min(1), format: z.string().regex(/^[\w.-]{1,40}$/) }),
});
export const fileSchema = z.looseObject({
  file_data: z.string().min(1).nullish(),
  file_url: z.string().min(1).nullish(),
  file_id: z.string().nullish(),
  filename: z.string().nullish(),
});

const textContent = z.union([z.string(), listOf(textPartSchema, 1)]);
const userPartSchema = z.union([
  z.discriminatedUnion('type', [textPartSchema, imagePartSchema]),
  otherPart(['text', 'image_url']),
]);
const assistantPartSchema = z.union([
  z.discriminatedUnion('type', [textPartSchema, refusalPartSchema, imagePartSchema]),
  otherPart(['text', 'refusal', 'image_url']),
]);

const functionCallSchema = z.looseObject({
  name: z.string().min(1),
  arguments: z.union([z.string(), jsonObject]).nullish(),
});
const toolCallSchema = z.looseObject({
  id: z.string().min(1),
  type: z.literal('function').nullish(),
  function: functionCallSchema,
});

export const customCallSchema = z.looseObject({
  custom: z.looseObject({ name: z.string().min(1), input: z.string() }),
});

const messageMarks = { name: z.string().nullish(), cache_control: jsonObject.nullish() };
export const messageSchema = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('system'), content: textContent, ...messageMarks }),
  z.looseObject({ role: z.literal('developer'), content: textContent, ...messageMarks }),
  z.looseObject({
    role: z.literal('user'),
    content: z.union([z.string(), listOf(userPartSchema, 1)]),
    ...messageMarks,
  }),
  z.looseObject({
    role: z.literal('assistant'),
    content: z.union([z.string(), listOf(assistantPartSchema)]).nullish(),
    refusal: z.string().nullish(),
    reasoning_content: z.string().nullish(),
    reasoning: z.unknown().optional(),
    reasoning_details: z.unknown().optional(),
    images: z.unknown().optional(),
    tool_calls: listOf(toolCallSchema).nullish(),
    function_call: functionCallSchema.nullish(),
    ...messageMarks,
  }),
  z.looseObject({
    role: z.literal('tool'),
    // Null or an empty list if the tool returned nothing.
    content: z.union([z.string(), listOf(userPartSchema)]).nullish(),
    tool_call_id: z.string().min(1),
    ...messageMarks,
  }),
  z.looseObject({
    role: z.literal('function'),
    content: z.string().nullish(),
    ...messageMarks,
    name: z.string().min(1),
  }),
]);

const functionMembers = {
  name: z.string().min(1),
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
  strict: z.boolean().nullish(),
};
const functionSchema = z.looseObject(functionMembers);
/**
 * A tool with its function in a member. `flatToolSchema` has the function's members in the tool, like the Responses
 * API.
 */
export const toolSchema = z.looseObject({ type: z.string().nullish(), function: functionSchema });
export const flatToolSchema = z.looseObject({ type: z.string().nullish(), ...functionMembers });

const named = z.looseObject({ name: z.string().min(1) });
const namedTool = z.union([
  z.looseObject({ function: named }).transform((tool) => tool.function.name),
  z.looseObject({ custom: named }).transform((tool) => tool.custom.name),
  named.transform((tool) => tool.name),
]);
const allowedTools = z.looseObject({ mode: z.enum(['auto', 'required']), tools: listOf(namedTool) });
/** Also accepts named and allowed tools in the flat format of the Responses API, and choices in Anthropic's format. */
const toolChoiceSchema = z.union([
  z.enum(['none', 'auto', 'required']).transform((type) => ({ type })),
  // Anthropic's and Mistral's name.
  z.literal('any').transform(() => ({ type: 'required' as const })),
  // Copilot CLI sends this mode of Gemini, in which the model may or may not call a tool.
  z.literal('validated').transform(() => ({ type: 'auto' as const })),
  z
    .looseObject({ type: z.literal('function'), function: named })
    .transform((choice) => ({ type: 'tool' as const, name: choice.function.name })),
  z
    .looseObject({ type: z.literal('custom'), custom: named })
    .transform((choice) => ({ type: 'tool' as const, name: choice.custom.name })),
  z
    .looseObject({ type: z.enum(['function', 'custom']), name: z.string().min(1) })
    .transform((choice) => ({ type: 'tool' as const, name: choice.name })),
  z.looseObject({ type: z.literal('tool'), name: z.string().min(1) }).transform(({ name }) => ({
    type: 'tool' as const,
    name,
  })),
  z
    .looseObject({ type: z.enum(['none', 'auto', 'required', 'any']) })
    .transform(({ type }) => ({ type: type === 'any' ? ('required' as const) : type })),
  z
    .looseObject({ type: z.literal('allowed_tools'), allowed_tools: allowedTools })
    .transform((choice) => ({ type: 'allowed' as const, ...modeAndNames(choice.allowed_tools) })),
  allowedTools
    .extend({ type: z.literal('allowed_tools') })
    .transform((choice) => ({ type: 'allowed' as const, ...modeAndNames(choice) })),
]);

function modeAndNames(allowed: z.infer<typeof allowedTools>): { mode: 'auto' | 'required'; names: readonly string[] } {
  return { mode: allowed.mode, names: allowed.tools };
}

export const jsonSchemaFormat = z.looseObject({
  name: z.string().min(1),
  description: z.string().nullish(),
  schema: jsonObject.nullish(),
  strict: z.boolean().nullish(),
});
const nestedFormatSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({ type: z.literal('json_schema'), json_schema: jsonSchemaFormat }),
]);
export const responseFormatSchema = z.preprocess(toNestedFormat, nestedFormatSchema);

/**
 * Converts a format with its members next to its type, as in the Responses API, and names one without a name, which
 * other servers do not require. @returns the same value if it already has OpenAI's format, or is invalid
 */
export function toNestedFormat(format: unknown): unknown {
  if (!isRecord(format) || format.type !== 'json_schema') return format;
  const { type, json_schema: nested, ...outer } = format;
  const inner = nested ?? outer;
  if (!isRecord(inner) || !isRecord(inner.schema)) return format;
  if (nested !== undefined && inner.name !== undefined) return format;
  return { type, json_schema: { ...inner, name: inner.name ?? 'answer' } };
}

/** Members that have the same meaning in requests with `messages` and in those with the Responses API's `input`. */
export const sharedMembers = {
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  temperature: within(0, 2).nullish(),
  top_p: within(0, 1).nullish(),
  frequency_penalty: within(-2, 2).nullish(),
  presence_penalty: within(-2, 2).nullish(),
  seed: exactInteger.nullish(),
  top_k: z.unknown().optional(),
  stop: z.union([z.string(), listOf(z.string())]).nullish(),
  n: integerWithin(1, 128).nullish(),
  max_tokens: positiveInteger.nullish(),
  max_completion_tokens: positiveInteger.nullish(),
  reasoning_effort: z.string().nullish(),
  verbosity: z.string().nullish(),
  user: z.string().nullish(),
  tools: z.array(z.unknown()).nullish(),
  tool_choice: toolChoiceSchema.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: responseFormatSchema.nullish(),
  functions: listOf(functionSchema).nullish(),
  function_call: z.union([z.enum(['none', 'auto']), named]).nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  prompt_cache_key: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  logit_bias: numberRecord.nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: integerWithin(0, 20).nullish(),
  metadata: stringRecord.nullish(),
  store: z.boolean().nullish(),
  service_tier: z.string().nullish(),
  modalities: listOf(z.string()).nullish(),
  prediction: jsonObject.nullish(),
  audio: jsonObject.nullish(),
  web_search_options: jsonObject.nullish(),
  prompt_cache_retention: z.string().nullish(),
  prompt_cache_options: jsonObject.nullish(),
  moderation: jsonObject.nullish(),
};
export const sharedRequestSchema = z.looseObject(sharedMembers);
/** The request. Messages and tools are validated one by one, so that plain ones can skip their schemas. */
export const requestSchema = sharedRequestSchema.extend({ messages: z.array(z.unknown()).min(1) });
export const sharedMemberNames: ReadonlySet<string> = new Set(Object.keys(sharedMembers));

export type WireMessage = z.infer<typeof messageSchema>;
export type WireFunction = z.infer<typeof functionSchema>;
export type WireResponseFormat = z.infer<typeof nestedFormatSchema>;
export type WireRequest = z.infer<typeof requestSchema>;
/** The request's members except its messages. */
export type WireSharedRequest = z.infer<typeof sharedRequestSchema>;
