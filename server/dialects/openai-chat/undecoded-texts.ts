import type { Message } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
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
  const { model, user = '', cacheKey = '', tools, toolChoice = null, messages } = request;
  return (
    isSame(model) &&
    isSame(user) &&
    isSame(cacheKey) &&
    isSame(JSON.stringify(toolChoice)) &&
    tools.every((tool) => isSame(tool.name)) &&
    messages.every(isSameMessage)
  );
}

function isSameMessage(message: Message): boolean {
  return message.parts.every((part) => {
    if (part.type === 'tool-result') return isSame(part.callId);
    if (part.type !== 'tool-call') return true;
    return isSame(part.id) && isSame(part.name) && visible.test(part.arguments);
  });
}

/** Arguments are JSON: it begins with a sign of ASCII. */
const visible = /^[ \t\n\r]*[!-~]/;

function isSame(value: unknown): boolean {
  return typeof value !== 'string' || isAsciiText(value);
}
