import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { maskAll, maskWords } from './mask.ts';
import { type JsonPolicy, redactJson, redactKind } from './redact-json.ts';

const eventStream = 'application/vnd.amazon.eventstream';

/**
 * Removes all personal data from a body. Format and byte length stay the same, so the frame boundaries still apply.
 *
 * @param failed the body of an error: API vocabulary is kept in text that is not JSON
 */
export function redactBody(body: Buffer, contentType: string, policy: JsonPolicy, failed: boolean): Buffer {
  if (contentType.startsWith(eventStream)) return redactEventStream(body, policy);
  const text = body.toString('utf8');
  // Decoding bytes that are not UTF-8 would change the length.
  const isText = Buffer.from(text, 'utf8').equals(body);
  if (!isText) return Buffer.from(maskAll(body.toString('latin1')).slice(0, body.length), 'latin1');
  return Buffer.from(redactText(text, policy, failed), 'utf8');
}

function redactText(text: string, policy: JsonPolicy, failed: boolean): string {
  if (/^\s*[[{"]/.test(text)) return redactJson(text, policy);
  if (/^(?:data|event|id|retry|:)/m.test(text)) return redactEvents(text, policy);
  return failed ? maskWords(text, policy.personal) : maskAll(text);
}

/** Redacts server-sent events: keeps event names and the structure of the JSON in `data` lines, and masks the rest. */
function redactEvents(text: string, policy: JsonPolicy): string {
  return text.replaceAll(/[^\r\n]+/g, (line) => {
    const [, field = '', value = ''] = /^((?:data|event|id|retry)?: ?)(.*)$/s.exec(line) ?? [undefined, '', line];
    if (value === '[DONE]' || value === '') return line;
    if (field.startsWith('event')) return field + redactKind(value, policy.personal);
    return field + (/^\s*[[{]/.test(value) ? redactJson(value, policy) : maskAll(value));
  });
}

/** AWS binary messages: total length, headers length, checksum of both, headers, payload, checksum of all. */
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
  // An incomplete message cannot be parsed, so it is cleared.
  redacted.fill(0, at);
  return redacted;
}

/** Redacts `{"bytes":"<base64 of JSON>"}`, otherwise JSON, otherwise unknown text. */
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
