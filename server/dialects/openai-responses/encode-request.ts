import { noteForeignData } from '../../conversation/foreign-data.ts';
import { effortOf } from '../../conversation/reasoning-effort.ts';
import type { ConversationRequest, FunctionTool, ResponseFormat, ToolChoice } from '../../conversation/request.ts';
import { choiceAmongSent, isSent } from '../../conversation/tool-choice.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { type JsonRecord, readArray, readRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { EncodingTarget } from '../dialect.ts';
import { customToolsIn } from '../openai/custom-tools.ts';
import { openaiTraitsOf } from '../openai/model-traits.ts';
import { encryptedReasoning } from './assemble-request.ts';
import { namesOfTools } from './client-tools.ts';
import { encodeItems } from './encode-items.ts';
import { responsesName } from './name.ts';
import { ownItemOf } from './own-item.ts';
import type { WireToolChoice } from './schema.ts';

export interface ResponsesTarget extends EncodingTarget {
  /** True if the model takes custom tools; others get functions. */
  readonly customTools: boolean;
}

/**
 * Encodes OpenAI's `CreateResponse`. OpenAI stores nothing: reasoning is returned encrypted, and the client keeps it.
 */
export function encodeResponsesRequest(request: ConversationRequest, target: ResponsesTarget): JsonRecord {
  const { model, notes } = target;
  noteForeignData(request, responsesName, notes);
  const { reasons } = openaiTraitsOf(model);
  const format = request.responseFormat;
  const text = withoutUndefined({ format: format && encodeFormat(format), verbosity: request.verbosity });
  const limit = request.maxOutputTokens;
  const customTools = target.customTools ? customToolsIn(request.tools) : noTools;
  const sent = withoutFoundTools(request);
  const { tool_choice: hosted, include, ...own } = vendorMembersOf(request.vendor, responsesName);
  const included = new Set([...readArray(include), ...(reasons ? [encryptedReasoning] : [])]);
  return {
    ...own,
    model,
    input: encodeItems(request.messages, notes, customTools),
    ...encodeTools(sent, customTools, readRecord(hosted), target),
    ...encodeSampling(request, target, reasons),
    ...(limit !== undefined && { max_output_tokens: Math.max(minOutputTokens, limit) }),
    ...(reasons && encodeReasoning(request)),
    ...(Object.keys(text).length > 0 && { text }),
    ...withoutUndefined({ safety_identifier: request.user, prompt_cache_key: request.cacheKey }),
    store: false,
    stream: request.stream,
    ...(included.size > 0 && { include: [...included] }),
  };
}

/** The API rejects lower limits. */
export const minOutputTokens = 16;

function encodeReasoning({ reasoning }: ConversationRequest): JsonRecord {
  if (reasoning === undefined) return {};
  const effort = effortOf(reasoning);
  const summary = reasoning.shown === false || reasoning.mode === 'off' ? {} : { summary: 'auto' };
  return { reasoning: { ...withoutUndefined({ effort }), ...summary } };
}

function encodeSampling(request: ConversationRequest, { notes }: EncodingTarget, reasons: boolean): JsonRecord {
  const fields: Record<string, number> = {};
  for (const [field, name] of [
    ['temperature', 'temperature'],
    ['topP', 'top_p'],
  ] as const) {
    const value = request[field];
    if (value === undefined) continue;
    if (reasons) {
      if (value !== 1) notes.dropped(name, `This model only supports the default ${name}.`);
    } else fields[name] = value;
  }
  const lost = { top_k: request.topK, stop: request.stop, seed: request.seed } as const;
  for (const [name, value] of Object.entries(lost)) {
    if (value !== undefined) notes.dropped(name, 'The Responses API does not have this member.');
  }
  for (const [name, value] of [
    ['frequency_penalty', request.frequencyPenalty],
    ['presence_penalty', request.presencePenalty],
  ] as const) {
    if (value !== undefined && value !== 0) notes.dropped(name, 'The Responses API does not have this member.');
  }
  return fields;
}

const noTools: ReadonlySet<string> = new Set();

/** Leaves out the tools that results of a tool search have. */
function withoutFoundTools(request: ConversationRequest): ConversationRequest {
  const found = new Set(
    request.messages
      .flatMap(({ parts }) => parts)
      .flatMap((part) => (part.type === 'tool-result' ? namesOfTools(ownItemOf(part.vendor)?.tools) : [])),
  );
  if (found.size === 0) return request;
  return { ...request, tools: request.tools.filter((tool) => !found.has(tool.name)) };
}

/**
 * @param custom the names of the tools that are sent as custom ones
 * @param hosted the part of the tool choice that names the vendor's own tools; empty if there is none
 */
function encodeTools(
  request: ConversationRequest,
  custom: ReadonlySet<string>,
  hosted: JsonRecord,
  { notes }: EncodingTarget,
): JsonRecord {
  const tools = request.tools.flatMap((tool): JsonRecord[] => {
    if (tool.type === 'function') return [custom.has(tool.name) ? encodeCustomTool(tool) : encodeTool(tool)];
    if (tool.dialect === responsesName) return [tool.value];
    notes.dropped(`tools.${tool.name}`, 'This route does not support this tool.');
    return [];
  });
  if (tools.length === 0) return {};
  const choice = choiceAmongSent(request, responsesName, notes);
  const own = choice && encodeChoice(choice, custom, knownToolsIn(request.tools));
  const isLeftOut = request.tools.some((tool) => tool.name === hosted.type && !isSent(tool, responsesName));
  if (isLeftOut) notes.dropped('tool_choice', 'The chosen tool is not sent.');
  return {
    tools,
    ...withoutUndefined({
      tool_choice: isLeftOut ? own : withHostedChoice(own, hosted),
      parallel_tool_calls: request.parallelToolCalls,
    }),
  };
}

/** Adds the vendor's own tools to those that the model may call. */
function withHostedChoice(choice: WireToolChoice | undefined, hosted: JsonRecord): unknown {
  if (hosted.type !== 'allowed_tools') return hosted.type === undefined ? choice : hosted;
  const others = typeof choice === 'object' ? readArray(choice.tools) : [];
  return { ...hosted, tools: [...others, ...readArray(hosted.tools)] };
}

/** `strict` is always sent: the API defaults to true, which not every schema supports. */
export function encodeTool(tool: FunctionTool): JsonRecord {
  const own = ownItemOf(tool.vendor);
  if (own !== undefined) return own;
  return {
    ...vendorMembersOf(tool.vendor, responsesName),
    type: 'function',
    name: tool.name,
    ...withoutUndefined({ description: tool.description }),
    parameters: tool.parameters ?? { type: 'object', properties: {}, additionalProperties: false },
    strict: tool.strict ?? false,
  };
}

function encodeCustomTool({ name, description, freeText, vendor }: FunctionTool): JsonRecord {
  const { format } = freeText ?? {};
  return {
    ...vendorMembersOf(vendor, responsesName),
    type: 'custom',
    name,
    ...withoutUndefined({ description, format }),
  };
}

/** The names of the tools that are sent by their types. */
function knownToolsIn(tools: ConversationRequest['tools']): ReadonlySet<string> {
  return new Set(tools.flatMap((tool) => (tool.type === 'function' && ownItemOf(tool.vendor) ? [tool.name] : [])));
}

/**
 * @param custom the names of the tools that are sent as custom ones
 * @param known the names of those that are sent by their types
 */
export function encodeChoice(choice: ToolChoice, custom = noTools, known = noTools): WireToolChoice {
  const encodeName = (name: string) =>
    known.has(name) ? { type: name } : { type: custom.has(name) ? 'custom' : 'function', name };
  switch (choice.type) {
    case 'tool':
      return encodeName(choice.name);
    case 'allowed':
      return {
        type: 'allowed_tools',
        mode: choice.mode,
        tools: choice.names.map(encodeName),
      };
    default:
      return choice.type;
  }
}

function encodeFormat(format: ResponseFormat): JsonRecord {
  if (format.type !== 'json-schema') return { type: format.type === 'json' ? 'json_object' : 'text' };
  const { name, description, schema, strict } = format;
  return {
    type: 'json_schema',
    name,
    ...withoutUndefined({ description }),
    schema: schema ?? { type: 'object' },
    strict: strict ?? false,
  };
}
