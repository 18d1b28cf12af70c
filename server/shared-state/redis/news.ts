import { parseJson, readRecord } from '../../lib/json.ts';
import type { News } from '../shared-state.ts';
import type { RedisClient } from './connect.ts';
import type { RedisLink } from './link.ts';

export interface NewsOptions {
  readonly link: RedisLink;
  readonly subscriber: RedisClient;
  readonly prefix: string;
  /** By which a replica knows its own news, which it does not hear again. */
  readonly replica: string;
}

/** News are told once: who is not connected at that moment misses them, and is told that. */
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
  // It is sent once the server is there, and again after each loss of the connection.
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
