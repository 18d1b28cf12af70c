import { asByteString, type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';

export const eventStream = 'text/event-stream; charset=utf-8';
/** A comment, which every client of server-sent events ignores. */
export const heartbeat = asByteString(': heartbeat\n\n');
/** Open Responses requires this after the terminal event. */
export const doneFrame = asByteString('data: [DONE]\n\n');

/** @param event its `type` is also the event's name */
export function encodeEvent(event: JsonRecord & { readonly type: string }): ByteString {
  return asByteString(`event: ${event.type}\ndata: ${encodeJson(event)}\n\n`);
}
