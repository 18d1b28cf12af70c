import { hash } from 'node:crypto';
import { type AnswerTransformMaker, joinTransforms } from '../../conversation/answer-transform.ts';
import { type CallIdRule, CallIds } from '../../conversation/call-ids.ts';
import type { Message, Part } from '../../conversation/message.ts';
import { effortOf } from '../../conversation/reasoning-effort.ts';
import type { ConversationRequest, ReasoningWish, Tool, ToolChoice } from '../../conversation/request.ts';
import { plainNameRule, ToolNames, toolNamesIn } from '../../conversation/tool-names.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { mapSame } from '../../lib/map-same.ts';
import { nearestEffort, type OpenaiTraits, openaiTraitsOf } from './model-traits.ts';
import { ownFormatUnwrapper, toOwnFormat, toOwnFunction } from './own-schemas.ts';

export interface AdaptedRequest {
  /** The given object when nothing had to be changed. */
  readonly request: ConversationRequest;
  /** Undoes it in the answer; undefined when there is nothing to undo. */
  readonly createAnswerTransform: AnswerTransformMaker | undefined;
}

/** Names of tools, ids of calls and schemas in the forms that OpenAI's APIs take, and those who imitate them. */
export function adaptTools(request: ConversationRequest, notes: TranslationLog, rule = plainNameRule): AdaptedRequest {
  const names = new ToolNames(toolNamesIn(request), rule);
  const tools = mapSame(request.tools, (tool, index) => adaptTool(tool, `tools[${index}]`, names, notes));
  const callIds = new CallIds(callIdRule);
  const messages = mapSame(request.messages, (message) => adaptMessage(message, names, callIds));
  const choice = request.toolChoice;
  const toolChoice = choice && (names.unchanged ? choice : adaptChoice(choice, names));
  const isSame = tools === request.tools && messages === request.messages && toolChoice === choice;
  return {
    request: isSame ? request : { ...request, tools, messages, ...(toolChoice !== undefined && { toolChoice }) },
    createAnswerTransform: names.restorer,
  };
}

/**
 * A request by the rules that OpenAI has for its models, whichever of its APIs it is going to be sent to: also the form of
 * JSON that is asked for, how much the model reasons, and where it stops.
 */
export function adaptForOpenai(
  request: ConversationRequest,
  { model, notes }: { readonly model: string; readonly notes: TranslationLog },
): AdaptedRequest {
  const traits = openaiTraitsOf(model);
  const { request: adapted, createAnswerTransform } = adaptTools(request, notes);
  const steps = [adaptFormat, adaptReasoning, adaptStop];
  return {
    request: steps.reduce((given, step) => step(given, traits, notes), adapted),
    createAnswerTransform: joinTransforms(createAnswerTransform, ownFormatUnwrapper(request.responseFormat)),
  };
}

function adaptTool(tool: Tool, path: string, names: ToolNames, notes: TranslationLog): Tool {
  if (tool.type !== 'function') return tool;
  const own = toOwnFunction(tool, path, notes);
  const name = names.toVendor(own.name);
  return name === own.name ? own : { ...own, name };
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
  return callId === part.callId && name === part.name ? part : { ...part, callId, ...(name !== undefined && { name }) };
}

/** Chat Completions takes no longer ids; Responses takes a few more characters. */
const longestCallId = 40;

const callIdRule: CallIdRule = {
  longest: longestCallId,
  toVendor: (id) =>
    id.length <= longestCallId ? id : `call_${hash('sha256', id, 'base64url')}`.slice(0, longestCallId),
};

function adaptFormat(request: ConversationRequest, _traits: OpenaiTraits, notes: TranslationLog): ConversationRequest {
  const format = request.responseFormat;
  if (format === undefined) return request;
  if (format.type === 'json') return request.messages.some(saysJson) ? request : withWord(request);
  const responseFormat = toOwnFormat(format, 'response_format', notes);
  return responseFormat === format ? request : { ...request, responseFormat };
}

function saysJson({ parts }: Message): boolean {
  return parts.some((part) => part.type === 'text' && /json/i.test(part.text));
}

/** OpenAI gives JSON without a schema only to those who ask for it in words as well. */
function withWord(request: ConversationRequest): ConversationRequest {
  const instruction: Message = { role: 'system', parts: [{ type: 'text', text: 'Answer in JSON.' }] };
  const place = request.messages.findIndex(({ role }) => role === 'user' || role === 'assistant');
  const [...messages] = request.messages;
  messages.splice(place === -1 ? messages.length : place, 0, instruction);
  return { ...request, messages };
}

function adaptReasoning(
  request: ConversationRequest,
  traits: OpenaiTraits,
  notes: TranslationLog,
): ConversationRequest {
  const { reasoning: wish, ...rest } = request;
  if (wish === undefined) return request;
  if (!traits.reasons) {
    if (wish.mode !== 'off') notes.dropped('reasoning', 'This model does not reason.');
    return rest;
  }
  const effort = effortOf(wish);
  const own = effort && nearestEffort(effort, traits);
  if (own === undefined || own === effort) return request;
  noteEffort(wish, own, notes);
  return { ...rest, reasoning: { ...wish, effort: own } };
}

/** A client that named a number of tokens instead of an effort loses nothing. */
function noteEffort({ effort, mode }: ReasoningWish, own: string, notes: TranslationLog): void {
  if (effort === undefined && mode !== 'off') return;
  notes.changed('reasoning_effort', `This model has no such effort: it reasons with '${own}'.`);
}

const mostStops = 4;

function adaptStop(request: ConversationRequest, traits: OpenaiTraits, notes: TranslationLog): ConversationRequest {
  const { stop, ...rest } = request;
  if (stop === undefined) return request;
  if (traits.reasons) {
    notes.dropped('stop', 'This model takes no stop sequences.');
    return rest;
  }
  if (stop.length <= mostStops) return request;
  notes.dropped('stop', `OpenAI takes ${mostStops} stop sequences: the first ones count.`);
  return { ...rest, stop: stop.slice(0, mostStops) };
}
