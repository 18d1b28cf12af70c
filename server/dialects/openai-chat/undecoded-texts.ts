import type { ConversationRequest, Message } from '../../conversation/request.ts';
import { isAsciiText } from '../../lib/byte-string.ts';

/*
 * Texts as they are when a body's bytes are parsed undecoded: each a `ByteString`, but for letters that the client wrote as
 * escapes.
 */

/**
 * True when everything in the request that is compared, looked up or told apart from white space is written in ASCII, which
 * reads the same undecoded: names, ids, the cache key. Of other texts nobody asks more than whether they are empty.
 *
 * @param request its texts are undecoded
 */
export function isSameUndecoded(request: ConversationRequest): boolean {
  const { model, user = '', extra, tools, toolChoice = null, messages } = request;
  return (
    isSame(model) &&
    isSame(user) &&
    isSame(extra.prompt_cache_key) &&
    isSame(JSON.stringify(toolChoice)) &&
    tools.every((tool) => isSame(tool.name)) &&
    messages.every(isSameMessage)
  );
}

function isSameMessage(message: Message): boolean {
  if (message.role === 'tool') return isSame(message.toolCallId);
  if (message.role !== 'assistant') return true;
  return message.toolCalls.every((call) => isSame(call.id) && isSame(call.name) && visible.test(call.arguments));
}

/** Arguments are JSON: it begins with a sign of ASCII. */
const visible = /^[ \t\n\r]*[!-~]/;

function isSame(value: unknown): boolean {
  return typeof value !== 'string' || isAsciiText(value);
}
