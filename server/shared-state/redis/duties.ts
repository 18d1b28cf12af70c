import type { Duties } from '../shared-state.ts';
import type { RedisLink } from './link.ts';
import { Script } from './script.ts';

/** KEYS: the duty. ARGV: the replica, milliseconds. @returns 1 when the replica has the duty */
const claimDuty = new Script(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);

/** KEYS: the duty. ARGV: the replica. */
const leaveDuty = new Script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`);

export interface RedisDuties extends Duties {
  /** Gives up all duties of this replica. */
  leave(): Promise<void>;
}

/** While the server is unreachable, each replica has all duties. */
export function createRedisDuties(link: RedisLink, prefix: string, replica: string): RedisDuties {
  const own = new Set<string>();
  const keyOf = (duty: string) => `${prefix}duty:${duty}`;
  return {
    async claim(duty, milliseconds) {
      const isOwn = await link.ask(
        async (client) => (await claimDuty.evaluate(client, [keyOf(duty)], [replica, Math.round(milliseconds)])) === 1,
        () => true,
      );
      if (isOwn) own.add(duty);
      else own.delete(duty);
      return isOwn;
    },
    async leave() {
      const left = [...own].map((duty) =>
        link.ask(
          async (client) => void (await leaveDuty.evaluate(client, [keyOf(duty)], [replica])),
          () => undefined,
        ),
      );
      await Promise.all(left);
    },
  };
}
