import { CallIds } from '../../conversation/call-ids.ts';
import type { Message, Part } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isBlank, trimBlankEnd } from '../../lib/blank.ts';
import { EmbeddedJson } from '../../lib/embedded-json.ts';
import { mapSame } from '../../lib/map-same.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { noteTrimmed, toClaudeInput, withoutBlankStops } from './claude-rules.ts';
import { distinctTools, toolsOfHistory } from './claude-tools.ts';

/**
 * Adapts a request that reaches Claude through another API to the rules that Claude has in every API: ids of calls,
 * valid arguments, unique tool names, calls without tools, blanks.
 *
 * @param request its tools must already have names that Claude accepts
 * @returns the same object if nothing had to change
 * @throws Failure `invalid-request` if two different tools have the same name
 */
export function adaptForClaude(request: ConversationRequest, notes: TranslationLog): ConversationRequest {
  const context: AdaptContext = { callIds: new CallIds(), embedded: new EmbeddedJson(), notes };
  const adapted = mapSame(request.messages, (message, index) => adaptMessage(message, index, context));
  const messages = trimLastText(adapted, notes);
  const tools = distinctTools(request.tools, notes);
  const declared = tools.length === 0 ? toolsOfHistory(messages, notes) : [];
  const stop = request.stop && withoutBlankStops(request.stop, notes);
  const reasoning = request.reasoning?.mode === 'default' ? undefined : request.reasoning;
  if (reasoning !== request.reasoning && request.reasoning?.effort !== 'none')
    notes.dropped('reasoning', 'Claude supports an effort only with thinking.');
  const isSame = stop === request.stop && reasoning === request.reasoning;
  if (messages === request.messages && tools === request.tools && declared.length === 0 && isSame) {
    return request;
  }
  const { stop: _stop, reasoning: _reasoning, ...rest } = request;
  return {
    ...rest,
    messages,
    tools: [...tools, ...declared],
    ...(declared.length > 0 && { toolChoice: { type: 'none' } }),
    ...(stop !== undefined && stop.length > 0 && { stop }),
    ...withoutUndefined({ reasoning }),
  };
}

interface AdaptContext {
  readonly callIds: CallIds;
  readonly embedded: EmbeddedJson;
  readonly notes: TranslationLog;
}

function adaptMessage(message: Message, index: number, context: AdaptContext): Message {
  const named = mapSame(message.parts, (part, place) =>
    adaptPart(part, `messages[${index}].content[${place}]`, context),
  );
  const parts = joinBlanks(named);
  return parts === message.parts ? message : { ...message, parts };
}

function adaptPart(part: Part, path: string, { callIds, embedded, notes }: AdaptContext): Part {
  if (part.type === 'tool-result') {
    const callId = callIds.ofResult(part.callId);
    return callId === part.callId ? part : { ...part, callId };
  }
  if (part.type !== 'tool-call') return part;
  const id = callIds.ofCall(part.id);
  const { input, isAsWritten } = toClaudeInput(part.arguments, path, notes, embedded);
  if (id === part.id && isAsWritten) return part;
  return { ...part, id, ...(!isAsWritten && { arguments: JSON.stringify(input) }) };
}

/**
 * Joins blank texts, which Claude rejects, to the previous text, or drops them. Messages of blanks only are left to the
 * encoder.
 */
function joinBlanks(parts: readonly Part[]): readonly Part[] {
  const isBlankText = (part: Part) => part.type === 'text' && isBlank(part.text);
  if (!parts.some(isBlankText) || parts.every(isBlankText)) return parts;
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.type !== 'text' || !isBlank(part.text)) joined.push(part);
    else if (last?.type === 'text') joined[joined.length - 1] = { ...last, text: last.text + part.text };
  }
  return joined;
}

function trimLastText(messages: readonly Message[], notes: TranslationLog): readonly Message[] {
  const last = messages.at(-1);
  const part = last?.parts.at(-1);
  if (last?.role !== 'assistant' || part?.type !== 'text' || isBlank(part.text)) return messages;
  const text = trimBlankEnd(part.text);
  if (text === part.text) return messages;
  noteTrimmed(notes);
  return [...messages.slice(0, -1), { ...last, parts: [...last.parts.slice(0, -1), { ...part, text }] }];
}
