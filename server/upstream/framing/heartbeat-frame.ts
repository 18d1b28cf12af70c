import { isRecord } from '../../lib/json.ts';

/** The names that proxies give to the events by which they keep a silent stream open. */
const heartbeatName = /^(?:ping|heart[-_]?beat|keep[-_]?alive)$/i;

/** @param event the name of a server-sent event */
export function isHeartbeatEvent(event: string): boolean {
  return heartbeatName.test(event);
}

/**
 * True for a frame like `{"type":"keepalive","sequence_number":3}`, which is an event of no API. Clients fail at it, so
 * it is never relayed. Anthropic's own `ping` is an event of its API.
 */
export function isHeartbeatFrame(value: unknown): boolean {
  return isRecord(value) && typeof value.type === 'string' && value.type !== 'ping' && heartbeatName.test(value.type);
}
