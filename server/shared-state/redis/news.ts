import { parseJson, readRecord } from '../../lib/json.ts';
import type { News } from '../shared-state.ts';
import type { RedisClient } from './connect.ts';
import type { RedisLink } from './link.ts';

export interface NewsOptions {
  readonly link: RedisLink;
  readonly subscriber: RedisClient;
  readonly prefix: string;
  /** Identifies this replica's own messages, which it ignores. */
  readonly replica: string;
}

/** Messages are delivered once. A replica that was disconnected has missed some and is notified of the gap. */
export function createRedisNews({ link, subscriber, prefix, replica }: NewsOptions): News {
  const channel = `${prefix}news`;
  const listeners = new Map<string, Set<(data: unknown) => void>>();
  const gapListeners = new Set<() => void>();
  let hasListened = false;

  subscriber.on('message', (_channel: string, message: string) => {
    const { from, topic, data } = readRecord(parseJson(message));
    if (from === replica || typeof topic !== 'string') return;
    for (const listener of listeners.get(topic) ?? []) listener(data);
  });
  subscriber.on('ready', () => {
    if (hasListened) for (const listener of gapListeners) listener();
    hasListened = true;
  });
  // Sent when the connection is established, and again after each reconnect.
  subscriber.subscribe(channel).catch(() => undefined);

  return {
    publish(topic, data) {
      link.send((client) => client.publish(channel, JSON.stringify({ from: replica, topic, data })));
    },
    subscribe(topic, listener) {
      const known = listeners.get(topic) ?? new Set();
      known.add(listener);
      listeners.set(topic, known);
      return () => known.delete(listener);
    },
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
  };
}
