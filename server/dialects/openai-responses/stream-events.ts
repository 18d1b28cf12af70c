import { asByteString, type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';

export const eventStream = 'text/event-stream; charset=utf-8';
/** A comment, which every reader of server-sent events passes over. */
export const heartbeat = asByteString(': heartbeat\n\n');
/** What Open Responses demands behind the terminal event. */
export const doneFrame = asByteString('data: [DONE]\n\n');

/** @param event with its `type`, which is the event's name, too */
export function encodeEvent(event: JsonRecord & { readonly type: string }): ByteString {
  return asByteString(`event: ${event.type}\ndata: ${encodeJson(event)}\n\n`);
}
