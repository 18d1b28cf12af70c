import { z } from 'zod';
import { customToolSchema } from '../openai/custom-tools.ts';
import { toReasoningOptions } from '../openai/reasoning-options.ts';
import { jsonObject, listOf, stringRecord, wireInteger, wireNumber } from '../schema-types.ts';

/*
 * The body of `POST /v1/responses`: OpenAI's `CreateResponse`, extended to what existing clients send. Optional members
 * may be null, which means absent. Members that are not defined here are kept.
 */

const textPart = z.looseObject({ type: z.enum(['input_text', 'output_text', 'text']), text: z.string() });
const imagePart = z.looseObject({
  type: z.literal('input_image'),
  image_url: z.union([z.string().min(1), z.looseObject({ url: z.string().min(1) })]).nullish(),
  file_id: z.string().nullish(),
  detail: z.string().nullish(),
});
const filePart = z.looseObject({
  type: z.literal('input_file'),
  file_data: z.string().min(1).nullish(),
  file_url: z.string().min(1).nullish(),
  file_id: z.string().nullish(),
  filename: z.string().nullish(),
});
const audioPart = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: z.string().min(1), format: z.string().regex(/^[\w.-]{1,40}$/) }),
});
const refusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });
/** The format of Chat Completions. */
const chatImagePart = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.union([z.string().min(1), z.looseObject({ url: z.string().min(1), detail: z.string().nullish() })]),
});
const contentPart = z.discriminatedUnion('type', [
  textPart,
  imagePart,
  chatImagePart,
  filePart,
  audioPart,
  refusalPart,
]);
export const contentSchema = z.union([z.string(), listOf(contentPart)]);

const encryptedPart = z.looseObject({ type: z.literal('encrypted_content'), encrypted_content: z.string() });

const callId = z.string().min(1);
const reasoningText = z.looseObject({ text: z.string() });

export const itemSchema = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('message'),
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content: contentSchema,
    phase: z.string().nullish(),
  }),
  z.looseObject({
    type: z.literal('reasoning'),
    id: z.string().nullish(),
    summary: listOf(reasoningText).nullish(),
    content: listOf(reasoningText).nullish(),
    encrypted_content: z.string().nullish(),
  }),
  z.looseObject({
    type: z.literal('function_call'),
    call_id: callId,
    name: z.string().min(1),
    namespace: z.string().nullish(),
    arguments: z.union([z.string(), jsonObject]).nullish(),
  }),
  z.looseObject({ type: z.literal('function_call_output'), call_id: callId, output: contentSchema.nullish() }),
  z.looseObject({
    type: z.literal('custom_tool_call'),
    call_id: callId,
    name: z.string().min(1),
    namespace: z.string().nullish(),
    input: z.string(),
  }),
  z.looseObject({ type: z.literal('custom_tool_call_output'), call_id: callId, output: contentSchema.nullish() }),
  // Codex sends the messages of its subagents in this form.
  z.looseObject({
    type: z.literal('agent_message'),
    author: z.string().nullish(),
    content: z.union([z.string(), listOf(z.union([contentPart, encryptedPart]))]).nullish(),
  }),
  // Tools that the model gets at this place of the conversation.
  z.looseObject({ type: z.literal('additional_tools'), tools: z.array(z.unknown()) }),
]);

/** Items of OpenAI's own tools. Other vendors do not understand them. @see client-tools.ts */
export const hostedItemTypes: ReadonlySet<unknown> = new Set([
  ...['web_search_call', 'file_search_call', 'image_generation_call', 'code_interpreter_call', 'computer_call'],
  ...['local_shell_call', 'shell_call', 'apply_patch_call', 'tool_search_call', 'mcp_call', 'mcp_list_tools'],
  ...['mcp_approval_request', 'function_shell_call', 'multi_agent_call', 'program', 'configuration_update'],
  ...['ghost_snapshot', 'compaction_summary', 'context_compaction'],
]);
/** Items with which clients respond to these. */
export const hostedResultTypes: ReadonlySet<unknown> = new Set([
  ...['computer_call_output', 'local_shell_call_output', 'shell_call_output', 'apply_patch_call_output'],
  ...['tool_search_output', 'mcp_approval_response', 'multi_agent_call_output', 'program_output'],
]);
/** The type of an item that other servers added to the API. */
export const extensionItemType = /^[a-z0-9_-]+:[a-z0-9_]+$/;

const functionTool = z.looseObject({
  type: z.literal('function'),
  name: z.string().min(1),
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
  strict: z.boolean().nullish(),
});
export const namespaceTool = z.looseObject({
  type: z.literal('namespace'),
  name: z.string().min(1),
  tools: listOf(z.discriminatedUnion('type', [functionTool, customToolSchema])),
});
export const ownToolSchema = z.discriminatedUnion('type', [functionTool, customToolSchema, namespaceTool]);
export const anyToolSchema = z.looseObject({ type: z.string().min(1) });

const named = z.looseObject({ type: z.string(), name: z.string().nullish(), namespace: z.string().nullish() });
const objectChoices = [
  z.looseObject({ type: z.literal('allowed_tools'), mode: z.enum(['auto', 'required']), tools: listOf(named) }),
  named,
] as const;
export const toolChoiceSchema = z.union([z.enum(['none', 'auto', 'required']), ...objectChoices]);
/** The choice as clients write it: also with the modes of Anthropic and Gemini. @see flat-tool.ts */
const writtenChoiceSchema = z.union([z.enum(['none', 'auto', 'required', 'any', 'validated']), ...objectChoices]);

export const formatSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    name: z.string().min(1),
    description: z.string().nullish(),
    schema: jsonObject,
    strict: z.boolean().nullish(),
  }),
]);

const reasoningSchema = z
  .looseObject({
    effort: z.string().nullish(),
    summary: z.string().nullish(),
    generate_summary: z.string().nullish(),
  })
  // The older name of the summary.
  .transform(({ generate_summary: older, ...reasoning }) => ({ ...reasoning, summary: reasoning.summary ?? older }));

const positiveInteger = wireInteger.pipe(z.number().min(1));

export const requestSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.unknown())]).nullish(),
  instructions: z.union([z.string(), z.array(z.unknown())]).nullish(),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  tools: z.array(z.unknown()).nullish(),
  tool_choice: writtenChoiceSchema.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  max_output_tokens: positiveInteger.nullish(),
  max_tool_calls: positiveInteger.nullish(),
  stop: z.union([z.string(), listOf(z.string())]).nullish(),
  temperature: wireNumber.pipe(z.number().min(0).max(2)).nullish(),
  top_p: wireNumber.pipe(z.number().min(0).max(1)).nullish(),
  frequency_penalty: wireNumber.nullish(),
  presence_penalty: wireNumber.nullish(),
  top_logprobs: wireInteger.nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  reasoning: z.preprocess(toReasoningOptions, reasoningSchema).nullish(),
  text: z.looseObject({ format: formatSchema.nullish(), verbosity: z.string().nullish() }).nullish(),
  include: listOf(z.string()).nullish(),
  metadata: stringRecord.nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  service_tier: z.string().nullish(),
  previous_response_id: z.string().nullish(),
  conversation: z.unknown().optional(),
  background: z.boolean().nullish(),
  prompt: z.unknown().optional(),
});

export type WireRequest = z.infer<typeof requestSchema>;
export type WireItem = z.infer<typeof itemSchema>;
export type WireContent = z.infer<typeof contentSchema>;
export type WireFunctionTool = z.infer<typeof functionTool>;
export type WireToolChoice = z.infer<typeof toolChoiceSchema>;
