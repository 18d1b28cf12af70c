import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { maskAll, maskWords } from './mask.ts';
import { type JsonPolicy, redactJson, redactKind } from './redact-json.ts';

const eventStream = 'application/vnd.amazon.eventstream';

/**
 * A body in which nothing is anybody's any more, of the same form and as many bytes, so that it can be cut where it was cut.
 *
 * @param failed an error's body: of text that is no JSON, words of the APIs stay
 */
export function redactBody(body: Buffer, contentType: string, policy: JsonPolicy, failed: boolean): Buffer {
  if (contentType.startsWith(eventStream)) return redactEventStream(body, policy);
  const text = body.toString('utf8');
  // Bytes that are no text have other replacements: they would change the length.
  const isText = Buffer.from(text, 'utf8').equals(body);
  if (!isText) return Buffer.from(maskAll(body.toString('latin1')).slice(0, body.length), 'latin1');
  return Buffer.from(redactText(text, policy, failed), 'utf8');
}

function redactText(text: string, policy: JsonPolicy, failed: boolean): string {
  if (/^\s*[[{"]/.test(text)) return redactJson(text, policy);
  if (/^(?:data|event|id|retry|:)/m.test(text)) return redactEvents(text, policy);
  return failed ? maskWords(text, policy.personal) : maskAll(text);
}

/** Server-sent events: the JSON of each `data` line, the names of events, and nothing else. */
function redactEvents(text: string, policy: JsonPolicy): string {
  return text.replaceAll(/[^\r\n]+/g, (line) => {
    const [, field = '', value = ''] = /^((?:data|event|id|retry)?: ?)(.*)$/s.exec(line) ?? [undefined, '', line];
    if (value === '[DONE]' || value === '') return line;
    if (field.startsWith('event')) return field + redactKind(value, policy.personal);
    return field + (/^\s*[[{]/.test(value) ? redactJson(value, policy) : maskAll(value));
  });
}

/** Amazon's binary messages: length, length of the headers, a checksum of both; headers, payload, a checksum of all. */
function redactEventStream(body: Buffer, policy: JsonPolicy): Buffer {
  const redacted = Buffer.from(body);
  let at = 0;
  while (at + 16 <= body.length) {
    const length = body.readUInt32BE(at);
    const payload = at + 12 + body.readUInt32BE(at + 4);
    const end = at + length - 4;
    if (length < 16 || end + 4 > body.length || payload > end) break;
    redactPayload(body.subarray(payload, end), policy).copy(redacted, payload);
    redacted.writeUInt32BE(crc32(redacted.subarray(at, end)), end);
    at += length;
  }
  // What is no whole message is not known.
  redacted.fill(0, at);
  return redacted;
}

/** `{"bytes":"<base64 of JSON>"}`, else JSON, else what is not known. */
function redactPayload(payload: Buffer, policy: JsonPolicy): Buffer {
  const text = payload.toString('utf8');
  const wrapped = /^(\{"bytes":")([A-Za-z0-9+/=]*)"(.*\})$/s.exec(text);
  if (wrapped === null) return Buffer.from(redactText(text, policy, false), 'utf8').subarray(0, payload.length);
  const [, head = '', encoded = '', tail = ''] = wrapped;
  const inner = Buffer.from(redactText(Buffer.from(encoded, 'base64').toString('utf8'), policy, false), 'utf8');
  return Buffer.from(`${head}${inner.toString('base64')}"${redactJson(tail, policy)}`, 'utf8').subarray(
    0,
    payload.length,
  );
}
