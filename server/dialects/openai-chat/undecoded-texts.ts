import type { Message } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { isBlank } from '../../lib/blank.ts';
import { asByteString, fromByteString, isAsciiText } from '../../lib/byte-string.ts';

/*
 * Texts of a body that was parsed without decoding its bytes. Each is a `ByteString`, except for characters that the
 * client wrote as escapes.
 */

/**
 * True if everything in the request that is compared, looked up or tested for white space is ASCII, which is the same
 * when undecoded: names, ids, the cache key. Other texts are only tested for being empty.
 *
 * @param request a request with undecoded texts
 */
export function isSameUndecoded(request: ConversationRequest): boolean {
  const { model, user = '', cacheKey = '', tools, toolChoice = null, messages, stop = [] } = request;
  return (
    isSame(model) &&
    isSame(user) &&
    isSame(cacheKey) &&
    isSame(JSON.stringify(toolChoice)) &&
    stop.every(isSame) &&
    tools.every((tool) => isSame(tool.name)) &&
    messages.every(isSameMessage) &&
    isSameEnd(messages.at(-1))
  );
}

function isSameMessage(message: Message): boolean {
  return message.parts.every((part) => {
    if (part.type === 'tool-result') return isSame(part.callId);
    if (part.type === 'text') return !isBlankInBytes(part.text);
    if (part.type !== 'tool-call') return true;
    return isSame(part.id) && isSame(part.name) && visible.test(part.arguments);
  });
}

/** Encoders check whether the assistant's last text ends with a blank. */
function isSameEnd(message: Message | undefined): boolean {
  const last = message?.parts.at(-1);
  return message?.role !== 'assistant' || last?.type !== 'text' || isSame(last.text.slice(-1));
}

/** The first bytes of blanks outside ASCII, after blanks in ASCII. */
const blankBegins = /^\s*[\xc2\xe1-\xe3\xef]/;

/** A text of blanks only has to be decoded to be recognized. */
function isBlankInBytes(text: string): boolean {
  return blankBegins.test(text) && isBlank(fromByteString(asByteString(text)));
}

/** Arguments are JSON, which begins with an ASCII character. */
const visible = /^[ \t\n\r]*[!-~]/;

function isSame(value: unknown): boolean {
  return typeof value !== 'string' || isAsciiText(value);
}
