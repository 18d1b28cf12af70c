import type { Clock } from '../../lib/clock.ts';
import { createLocalNotes } from '../local/notes.ts';
import type { Notes } from '../shared-state.ts';
import type { RedisLink } from './link.ts';
import { Script } from './script.ts';

/** KEYS: the notes. ARGV: milliseconds, then their texts. */
const writeNotes = new Script(`
for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 1], 'PX', ARGV[1]) end
return 1`);

/** Each replica also keeps its own notes locally, for when the server is unreachable. */
export function createRedisNotes(link: RedisLink, prefix: string, clock: Clock): Notes {
  const local = createLocalNotes(clock);
  // The hash tag puts notes that are written together on one cluster node.
  const keyOf = (name: string) => `${prefix}note:{${name.split('.', 1)[0]}}${name}`;
  return {
    async write(texts, milliseconds) {
      await local.write(texts, milliseconds);
      const keys = [...texts.keys()].map(keyOf);
      const parameters = [Math.max(1, Math.round(milliseconds)), ...texts.values()];
      await link.ask(
        async (client) => void (await writeNotes.evaluate(client, keys, parameters)),
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
