import type { Places } from '../shared-state.ts';
import type { RedisLink } from './link.ts';
import { Script } from './script.ts';

/**
 * KEYS: the places, by the time until which they are taken. ARGV: lease, limit, members.
 *
 * @returns how many are taken then; 0 when these were not
 */
const takePlaces = new Script(`
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local total = redis.call('ZCARD', KEYS[1]) + #ARGV - 2
if total > tonumber(ARGV[2]) then return 0 end
for i = 3, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1] * 2)
return total`);

/** KEYS: the places. ARGV: lease, members. Takes again what was lost with the server. */
const renewPlaces = new Script(`
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1] * 2)
return 1`);

export interface RedisPlaces extends Places {
  /** To be called more often than leases end. */
  renew(): void;
}

export interface PlacesOptions {
  readonly link: RedisLink;
  readonly prefix: string;
  readonly newMember: () => string;
  /** Places of a replica that stopped renewing them are free after so long; milliseconds. */
  readonly lease: number;
}

/** Places as leases, which end with a replica that dies. While the server is away, each replica knows its own. */
export function createRedisPlaces({ link, prefix, newMember, lease }: PlacesOptions): RedisPlaces {
  /** What this replica holds, or is about to. */
  const own = new Map<string, Set<string>>();
  const keyOf = (name: string) => `${prefix}places:{${name}}`;
  const drop = (name: string, members: readonly string[]) => {
    const held = own.get(name);
    for (const member of members) held?.delete(member);
    if (held?.size === 0) own.delete(name);
  };
  const renew = (name: string, members: Iterable<string>) =>
    link.send((client) => renewPlaces.run(client, [keyOf(name)], [lease, ...members]));
  const renewAll = () => {
    for (const [name, members] of own) renew(name, members);
  };
  link.onJoin(renewAll);

  return {
    renew: renewAll,
    async take(name, count, limit) {
      const held = own.get(name) ?? new Set();
      if (held.size + count > limit) return undefined;
      const members = Array.from({ length: count }, newMember);
      for (const member of members) held.add(member);
      own.set(name, held);
      const most = Math.min(limit, Number.MAX_SAFE_INTEGER);
      const total = await link.ask(
        async (client) => Number(await takePlaces.run(client, [keyOf(name)], [lease, most, ...members])),
        () => held.size,
      );
      if (total === 0) {
        drop(name, members);
        return undefined;
      }
      let isHeld = true;
      return {
        total,
        giveBack() {
          if (!isHeld) return;
          isHeld = false;
          drop(name, members);
          link.send((client) => client.zrem(keyOf(name), ...members));
        },
      };
    },
  };
}
