import { z } from 'zod';
import { jsonObject, listOf, wireInteger, wireNumber } from '../schema-types.ts';

/*
 * The body of `POST /v1/messages`: the API's `CreateMessageRequest`, versions 2023-06-01 and 2026-10-21. Optional
 * members may be null, which means absent. Members that are not defined here are kept.
 */

const cacheControl = z.looseObject({ ttl: z.string().nullish() }).nullish();
const citations = z.array(z.unknown()).nullish();
const citationsConfig = jsonObject.nullish();

const base64Source = z.looseObject({ type: z.literal('base64'), media_type: z.string().min(1), data: z.string() });
const urlSource = z.looseObject({ type: z.literal('url'), url: z.string().min(1) });
const fileSource = z.looseObject({ type: z.literal('file'), file_id: z.string() });
const textSource = z.looseObject({ type: z.literal('text'), media_type: z.string().nullish(), data: z.string() });
const contentSource = z.looseObject({
  type: z.literal('content'),
  content: z.union([z.string(), z.array(z.unknown())]),
});

export const textBlock = z.looseObject({
  type: z.literal('text'),
  text: z.string(),
  citations,
  cache_control: cacheControl,
});
export const imageBlock = z.looseObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [base64Source, urlSource, fileSource]),
  cache_control: cacheControl,
});
export const documentBlock = z.looseObject({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', [base64Source, textSource, contentSource, urlSource, fileSource]),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: citationsConfig,
  cache_control: cacheControl,
});
export const searchResultBlock = z.looseObject({
  type: z.literal('search_result'),
  source: z.string(),
  title: z.string(),
  content: listOf(textBlock),
  citations: citationsConfig,
  cache_control: cacheControl,
});
export const thinkingBlock = z.looseObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string().nullish(),
  cache_control: cacheControl,
});
export const redactedThinkingBlock = z.looseObject({
  type: z.literal('redacted_thinking'),
  data: z.string(),
  cache_control: cacheControl,
});
export const toolUseBlock = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string().min(1),
  name: z.string().min(1),
  // An object. Some clients send the text that they collected from a stream, or nothing if there are no arguments, and
  // other vendors' models also write other values.
  input: z.unknown().optional(),
  cache_control: cacheControl,
});
export const toolResultBlock = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string().min(1),
  content: z.union([z.string(), z.array(z.unknown())]).nullish(),
  is_error: z.boolean().nullish(),
  cache_control: cacheControl,
});
export const compactionBlock = z.looseObject({
  type: z.literal('compaction'),
  content: z.string().nullish(),
  cache_control: cacheControl,
});
export const toolReferenceBlock = z.looseObject({
  type: z.literal('tool_reference'),
  tool_name: z.string(),
  cache_control: cacheControl,
});
/** A block that only this API has. */
export const otherBlock = z.looseObject({ type: z.string(), cache_control: cacheControl });

/** The types of blocks that only this API has, including those of its server tools. */
export const otherBlockTypes: ReadonlySet<string> = new Set([
  ...['server_tool_use', 'web_search_tool_result', 'web_fetch_tool_result', 'advisor_tool_result'],
  ...['code_execution_tool_result', 'bash_code_execution_tool_result', 'text_editor_code_execution_tool_result'],
  ...['tool_search_tool_result', 'mcp_tool_use', 'mcp_tool_result', 'mcp_tool_listing', 'tool_addition'],
  ...['tool_removal', 'fallback', 'browser_state'],
]);

const content = z.union([z.string(), z.array(z.unknown())]);

export const message = z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content });
/** A message that changes the conversation from there on; it may do that without a text. */
export const systemMessage = z.looseObject({
  role: z.literal('system'),
  content: content.nullish(),
  clear_at: z.string().nullish(),
  output_config: z.looseObject({ effort: z.string().nullish() }).nullish(),
});

export const customTool = z.looseObject({
  type: z.literal('custom').nullish(),
  name: z.string().min(1).max(128),
  description: z.string().nullish(),
  input_schema: jsonObject,
  strict: z.boolean().nullish(),
  cache_control: cacheControl,
});
/** A function in the format of OpenAI's APIs: nested, or with its members next to its type. */
const openaiFunction = z.looseObject({
  name: z.string().min(1).max(128),
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
  strict: z.boolean().nullish(),
});
export const openaiTool = z.union([
  z.looseObject({ type: z.literal('function'), function: openaiFunction }).transform((tool) => tool.function),
  openaiFunction,
]);
export const serverTool = z.looseObject({
  type: z.string().min(1),
  name: z.string().nullish(),
  cache_control: cacheControl,
});

const toolChoice = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('auto'), disable_parallel_tool_use: z.boolean().nullish() }),
  z.looseObject({ type: z.literal('any'), disable_parallel_tool_use: z.boolean().nullish() }),
  z.looseObject({ type: z.literal('none') }),
  z.looseObject({
    type: z.literal('tool'),
    name: z.string().min(1),
    disable_parallel_tool_use: z.boolean().nullish(),
  }),
]);

const display = z.string().nullish();
const thinking = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('enabled'), budget_tokens: wireInteger.pipe(z.number().min(0)).nullish(), display }),
  z.looseObject({ type: z.literal('adaptive'), display }),
  // Other servers with this API use this name.
  z.looseObject({ type: z.literal('auto'), display }),
  z.looseObject({ type: z.literal('disabled') }),
  z.looseObject({ type: z.literal('between_tools') }),
]);

const jsonFormat = z.looseObject({ type: z.literal('json_schema'), schema: jsonObject });

/** Members that requests for answers and for token counts have in common. */
const requestMembers = {
  model: z.string().min(1),
  messages: z.array(z.unknown()).min(1),
  system: z.union([z.string(), listOf(textBlock)]).nullish(),
  tools: z.array(z.unknown()).nullish(),
  tool_choice: toolChoice.nullish(),
  thinking: thinking.nullish(),
  output_config: z.looseObject({ effort: z.string().nullish(), format: jsonFormat.nullish() }).nullish(),
  output_format: jsonFormat.nullish(),
  temperature: wireNumber.pipe(z.number().min(0)).nullish(),
  top_p: wireNumber.pipe(z.number().min(0)).nullish(),
  top_k: wireInteger.pipe(z.number().min(0)).nullish(),
  stop_sequences: listOf(z.string()).nullish(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).nullish(),
  cache_control: cacheControl,
  compaction: z.looseObject({ type: z.literal('summarize'), instructions: z.string().nullish() }).nullish(),
};

/** Members that no other API has. */
export const foreignMembers = z.object({
  system: requestMembers.system,
  stop_sequences: requestMembers.stop_sequences,
  thinking: requestMembers.thinking,
});

export const countRequest = z.looseObject({ ...requestMembers, max_tokens: wireInteger.nullish() });
export const answerRequest = z.looseObject({
  ...requestMembers,
  max_tokens: wireInteger.pipe(z.number().min(1)),
  stream: z.boolean().nullish(),
});

export type WireRequest = z.infer<typeof countRequest> & { readonly stream?: boolean | null | undefined };
