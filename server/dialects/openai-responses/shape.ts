import type { ConversationRequest, FunctionTool } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { DecodedRequest, RequestContext, ShapeReader } from '../dialect.ts';
import { mergeVendorData, type OpenaiShape, pickFields, type ReadShape } from '../openai/either-shape.ts';
import { invalidParameter } from '../openai/validation-failure.ts';
import { assembleRequest } from './assemble-request.ts';
import { optionsOf } from './decode-request.ts';
import { encodeItems } from './encode-items.ts';
import { encodeChoice, encodeTool } from './encode-request.ts';
import { createResponsesEncoders } from './encoders.ts';
import { type KeepingOptions, noItems } from './kept-response.ts';
import { responsesName } from './name.ts';
import { decodeInstructions, outlineOf, readRequest, readWire } from './read-request.ts';
import { resolveItems } from './resolve-items.ts';
import { ToolNames } from './tool-names.ts';

/** The shape of the Responses API's requests, for the endpoint of Chat Completions. */
export const responsesShape: OpenaiShape = {
  conversation: 'input',
  ownMembers: new Set([
    ...['input', 'instructions', 'max_output_tokens', 'reasoning', 'text', 'include', 'truncation', 'max_tool_calls'],
    ...['previous_response_id', 'conversation', 'background', 'prompt', 'context_management', 'client_metadata'],
  ]),
  parse: parseExactJson,
  read(json, context) {
    const wire = readWire(json);
    const { request, notes, names } = readRequest(wire, resolveItems(wire, context.recalled), context);
    return { request, notes, customTools: names.customTools() };
  },
};

/** The types of the API's hosted tools, without the dates of their versions. */
const hostedTools: ReadonlySet<string> = new Set([
  ...['web_search', 'web_search_preview', 'file_search', 'code_interpreter', 'image_generation', 'mcp', 'computer'],
  ...['computer_use_preview', 'local_shell', 'shell', 'apply_patch', 'tool_search'],
]);

/** Reads this API's hosted tools in the requests of others: only its own route can run them. */
export const hostedToolReader: ShapeReader = {
  readPart: () => undefined,
  readTool: (value) => {
    const type = typeof value.type === 'string' ? value.type : '';
    if (!hostedTools.has(type.replace(/_20\d\d_\d\d_\d\d$/, ''))) return undefined;
    return { type: 'vendor', dialect: responsesName, name: type, value };
  },
  readMembers: () => ({ names: [], system: [], settings: {} }),
};

const ownFields = ['maxOutputTokens', 'reasoning', 'verbosity', 'responseFormat'] as const;

/** Decodes a request in the shape of Chat Completions, along with members that only this API has. */
export function decodeMessagesShape(
  members: JsonRecord,
  read: () => ReadShape,
  context: RequestContext,
): DecodedRequest {
  const { tools: _, tool_choice: _choice, ...json } = members;
  const { request: chat, notes, customTools } = read();
  const wire = readWire(json);
  if (wire.previous_response_id) {
    const message = "'previous_response_id' can only be used with 'input', not with 'messages'.";
    throw invalidParameter('previous_response_id', 'unsupported-value', message);
  }
  if (chat.choiceCount > 1) notes.dropped('n', 'The Responses API returns only one choice.');
  const own = assembleRequest(wire, [], { tools: [] });
  const request: ConversationRequest = {
    ...chat,
    ...pickFields(own, ownFields),
    ...mergeVendorData(own.vendor, chat.vendor),
    messages: [...decodeInstructions(wire.instructions, context.vault), ...chat.messages],
    choiceCount: 1,
  };
  const { toolChoice } = chat;
  const echoed = {
    ...wire,
    tools: chat.tools.filter((tool): tool is FunctionTool => tool.type === 'function').map(encodeTool),
    tool_choice: toolChoice && encodeChoice(toolChoice),
  };
  const names = new ToolNames();
  for (const name of customTools) names.add({ kind: 'custom', name, namespace: undefined });
  const options = optionsOf(echoed, names, context, {
    ownItems: wire.store === false ? noItems : ownItemsReader(read),
    previous: undefined,
  });
  return {
    outline: outlineOf(request, wire.store !== false),
    request: () => request,
    notes: notes.list(),
    encoders: createResponsesEncoders(options),
    rereadsBody: options.stores,
  };
}

/** A function of its own, because a closure in the decoder would keep the decoded request until the answer ends. */
function ownItemsReader(read: () => ReadShape): KeepingOptions['ownItems'] {
  return () => encodeItems(read().request.messages, new TranslationLog());
}
