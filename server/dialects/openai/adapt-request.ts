import { hash } from 'node:crypto';
import { type AnswerTransformMaker, joinTransforms } from '../../conversation/answer-transform.ts';
import { type CallIdRule, CallIds } from '../../conversation/call-ids.ts';
import type { Message, Part } from '../../conversation/message.ts';
import { effortOf } from '../../conversation/reasoning-effort.ts';
import type {
  ConversationRequest,
  ReasoningOptions,
  ResponseFormat,
  Tool,
  ToolChoice,
} from '../../conversation/request.ts';
import { stopperFor } from '../../conversation/stop-at-sequences.ts';
import { plainNameRule, ToolNames, toolNamesIn } from '../../conversation/tool-names.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { createFenceUnwrapper } from '../../conversation/unwrap-code-fence.ts';
import { toValidSchema } from '../../conversation/valid-schema.ts';
import { mapSame } from '../../lib/map-same.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { nearestEffort, type OpenaiTraits, openaiTraitsOf } from './model-traits.ts';
import { formatUnwrapperFor, toOpenaiFormat, toOpenaiFunction } from './openai-schemas.ts';
import { withInstructions } from './with-instructions.ts';

export interface AdaptedRequest {
  /** The same object if nothing had to change. */
  readonly request: ConversationRequest;
  /** Reverts the changes in the answer; undefined if there is nothing to revert. */
  readonly createAnswerTransform: AnswerTransformMaker | undefined;
}

/** Converts tool names, ids of calls and schemas to forms that OpenAI's APIs and compatible ones accept. */
export function adaptTools(request: ConversationRequest, notes: TranslationLog, rule = plainNameRule): AdaptedRequest {
  const names = new ToolNames(toolNamesIn(request), rule);
  const tools = mapSame(request.tools, (tool, index) => adaptTool(tool, `tools[${index}]`, names, notes));
  const callIds = new CallIds(callIdRule);
  const messages = mapSame(request.messages, (message) => adaptMessage(message, names, callIds));
  const choice = request.toolChoice;
  const toolChoice = choice && (names.unchanged ? choice : adaptChoice(choice, names));
  const responseFormat = request.responseFormat && toValidFormat(request.responseFormat, notes);
  const isSame =
    tools === request.tools &&
    messages === request.messages &&
    toolChoice === choice &&
    responseFormat === request.responseFormat;
  const changed = withoutUndefined({ toolChoice, responseFormat });
  return {
    request: isSame ? request : { ...request, tools, messages, ...changed },
    createAnswerTransform: names.restorer,
  };
}

/**
 * Adapts a request to the rules that OpenAI has for its models, in either of its APIs. In addition to `adaptTools`,
 * this covers the response format, the reasoning effort, the stop sequences, and the ids of users and caches.
 */
export function adaptForOpenai(
  request: ConversationRequest,
  { model, notes }: { readonly model: string; readonly notes: TranslationLog },
): AdaptedRequest {
  const traits = openaiTraitsOf(model);
  const { request: adapted, createAnswerTransform } = adaptTools(withoutOpenReasoning(request, notes), notes);
  const steps = [adaptFormat, adaptReasoning, adaptStop, adaptIdentifiers, adaptParticipants];
  const sent = steps.reduce((given, step) => step(given, traits, notes), adapted);
  return {
    request: sent,
    createAnswerTransform: joinTransforms(
      stopperFor(request.stop, sent.stop),
      createAnswerTransform,
      fenceUnwrapperFor(request),
      formatUnwrapperFor(adapted.responseFormat),
    ),
  };
}

/**
 * Removes reasoning at the end of an assistant's turn, which is left over if the answer broke off. OpenAI rejects it
 * ("was provided without its required following item").
 */
function withoutOpenReasoning(request: ConversationRequest, notes: TranslationLog): ConversationRequest {
  const messages = mapSame(request.messages, (message) => {
    if (message.role !== 'assistant' || message.parts.at(-1)?.type !== 'reasoning') return message;
    notes.dropped('reasoning', 'Reasoning without an answer after it is not forwarded.');
    const end = message.parts.findLastIndex((part) => part.type !== 'reasoning') + 1;
    return { ...message, parts: message.parts.slice(0, end) };
  });
  return messages === request.messages ? request : { ...request, messages };
}

/** Removes a code fence around JSON: upstreams that imitate OpenAI may not enforce a format. */
function fenceUnwrapperFor({ responseFormat: format }: ConversationRequest): AnswerTransformMaker | undefined {
  return format === undefined || format.type === 'text' ? undefined : createFenceUnwrapper;
}

function toValidFormat(format: ResponseFormat, notes: TranslationLog): ResponseFormat {
  if (format.type !== 'json-schema' || format.schema === undefined) return format;
  const schema = toValidSchema(format.schema, 'response_format', notes);
  return schema === format.schema ? format : { ...format, schema };
}

function adaptTool(tool: Tool, path: string, names: ToolNames, notes: TranslationLog): Tool {
  if (tool.type !== 'function') return tool;
  const adapted = toOpenaiFunction(tool, path, notes);
  const name = names.toVendor(adapted.name);
  return name === adapted.name ? adapted : { ...adapted, name };
}

function adaptChoice(choice: ToolChoice, names: ToolNames): ToolChoice {
  if (choice.type === 'tool') return { ...choice, name: names.toVendor(choice.name) };
  if (choice.type === 'allowed') return { ...choice, names: choice.names.map((name) => names.toVendor(name)) };
  return choice;
}

function adaptMessage(message: Message, names: ToolNames, callIds: CallIds): Message {
  const parts = mapSame(message.parts, (part) => adaptPart(part, names, callIds));
  return parts === message.parts ? message : { ...message, parts };
}

function adaptPart(part: Part, names: ToolNames, callIds: CallIds): Part {
  if (part.type === 'tool-call') {
    const id = callIds.ofCall(part.id);
    const name = names.toVendor(part.name);
    return id === part.id && name === part.name ? part : { ...part, id, name };
  }
  if (part.type !== 'tool-result') return part;
  const callId = callIds.ofResult(part.callId);
  const name = part.name && names.toVendor(part.name);
  return callId === part.callId && name === part.name ? part : { ...part, callId, ...withoutUndefined({ name }) };
}

/** In characters. The limit of Chat Completions; that of the Responses API is higher. */
const maxCallIdLength = 40;

const callIdRule: CallIdRule = {
  maxLength: maxCallIdLength,
  toVendor: (id) =>
    id.length <= maxCallIdLength ? id : `call_${hash('sha256', id, 'base64url')}`.slice(0, maxCallIdLength),
};

function adaptFormat(request: ConversationRequest, _traits: OpenaiTraits, notes: TranslationLog): ConversationRequest {
  const format = request.responseFormat;
  if (format === undefined) return request;
  if (format.type === 'json') {
    // OpenAI rejects JSON mode without a schema if no message mentions JSON.
    return request.messages.some(mentionsJson) ? request : withInstructions(request, 'Answer in JSON.');
  }
  const responseFormat = toOpenaiFormat(format, 'response_format', notes);
  return responseFormat === format ? request : { ...request, responseFormat };
}

function mentionsJson({ parts }: Message): boolean {
  return parts.some((part) => part.type === 'text' && /json/i.test(part.text));
}

function adaptReasoning(
  request: ConversationRequest,
  traits: OpenaiTraits,
  notes: TranslationLog,
): ConversationRequest {
  const { reasoning, ...rest } = request;
  if (reasoning === undefined) return request;
  if (!traits.reasons) {
    if (effortOf(reasoning) !== 'none') notes.dropped('reasoning', 'This model does not reason.');
    return rest;
  }
  const effort = effortOf(reasoning);
  const supported = effort && nearestEffort(effort, traits);
  if (supported === undefined || supported === effort) return request;
  noteEffort(reasoning, supported, notes);
  return { ...rest, reasoning: { ...reasoning, effort: supported } };
}

/** Adds no note if the client gave no effort itself. */
function noteEffort({ effort, mode }: ReasoningOptions, supported: string, notes: TranslationLog): void {
  if ((effort === undefined && mode !== 'off') || (effort === 'none' && mode === 'default')) return;
  notes.changed('reasoning_effort', `This model does not support this effort; '${supported}' is used.`);
}

const maxStopSequences = 4;

function adaptStop(request: ConversationRequest, traits: OpenaiTraits, notes: TranslationLog): ConversationRequest {
  const { stop, ...rest } = request;
  if (stop === undefined) return request;
  if (traits.reasons) {
    notes.changed('stop', 'This model does not support stop sequences; the gateway ends the answer at them.');
    return rest;
  }
  if (stop.length <= maxStopSequences) return request;
  notes.changed('stop', `OpenAI supports ${maxStopSequences} stop sequences; the gateway applies the others.`);
  return { ...rest, stop: stop.slice(0, maxStopSequences) };
}

/** In characters. Claude Code's id of a user is longer. */
const maxIdentifierLength = 64;

function adaptIdentifiers(request: ConversationRequest): ConversationRequest {
  const { user, cacheKey } = request;
  const changed = {
    ...(user !== undefined && user.length > maxIdentifierLength && { user: hash('sha256', user) }),
    ...(cacheKey !== undefined && cacheKey.length > maxIdentifierLength && { cacheKey: hash('sha256', cacheKey) }),
  };
  return Object.keys(changed).length === 0 ? request : { ...request, ...changed };
}

/** OpenAI allows neither white space nor these characters in the name of a participant. */
const refusedInName = /[\s<|\\/>]+/g;

/** Chat programs send the names of persons. */
function adaptParticipants(
  request: ConversationRequest,
  _traits: OpenaiTraits,
  notes: TranslationLog,
): ConversationRequest {
  const messages = mapSame(request.messages, (message) => {
    const { name, ...unnamed } = message;
    if (name === undefined) return message;
    const allowed = name.trim().replace(refusedInName, '_').slice(0, maxIdentifierLength);
    if (allowed === name) return message;
    notes.changed('messages', 'Names of participants were changed to the form that OpenAI allows.');
    return allowed === '' ? unnamed : { ...message, name: allowed };
  });
  return messages === request.messages ? request : { ...request, messages };
}
