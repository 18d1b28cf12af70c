import type { Clock } from '../../lib/clock.ts';
import { createLocalNotes } from '../local/notes.ts';
import type { Notes } from '../shared-state.ts';
import type { RedisLink } from './link.ts';

/** Each replica keeps its own notes too, for the time when the server is away. */
export function createRedisNotes(link: RedisLink, prefix: string, clock: Clock): Notes {
  const local = createLocalNotes(clock);
  const keyOf = (name: string) => `${prefix}note:${name}`;
  return {
    async write(name, text, milliseconds) {
      await local.write(name, text, milliseconds);
      await link.ask(
        async (client) => void (await client.set(keyOf(name), text, 'PX', Math.max(1, Math.round(milliseconds)))),
        () => undefined,
      );
    },
    read: (name) =>
      link.ask(
        async (client) => (await client.get(keyOf(name))) ?? undefined,
        () => local.read(name),
      ),
    async erase(name) {
      await local.erase(name);
      await link.ask(
        async (client) => void (await client.del(keyOf(name))),
        () => undefined,
      );
    },
  };
}
