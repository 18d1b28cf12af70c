import { SetMap } from '../../lib/set-map.ts';
import type { Places } from '../shared-state.ts';
import type { RedisLink } from './link.ts';
import { Script } from './script.ts';

/**
 * KEYS: the places, sorted by expiry. ARGV: lease, limit, members.
 *
 * @returns the total number of reserved places; 0 when these were refused
 */
const reservePlaces = new Script(`
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local total = redis.call('ZCARD', KEYS[1]) + #ARGV - 2
if total > tonumber(ARGV[2]) then return 0 end
for i = 3, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1] * 2)
return total`);

/** KEYS: the places. ARGV: lease, members. Also restores places that the server has lost. */
const renewPlaces = new Script(`
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1] * 2)
return 1`);

export interface RedisPlaces extends Places {
  /** Call more often than leases expire. */
  renew(): void;
}

export interface PlacesOptions {
  readonly link: RedisLink;
  readonly prefix: string;
  readonly newMember: () => string;
  /** How long a place lasts without renewal; milliseconds. */
  readonly lease: number;
}

/** Places are leases that expire if a replica dies. While the server is unreachable, each replica counts its own. */
export function createRedisPlaces({ link, prefix, newMember, lease }: PlacesOptions): RedisPlaces {
  /** The places that this replica holds or is reserving. */
  const own = new SetMap();
  /** The places that it holds. Renewing a place that was refused would reserve it. */
  const held = new SetMap();
  const keyOf = (name: string) => `${prefix}places:{${name}}`;
  const renew = (name: string, members: Iterable<string>) =>
    link.send((client) => renewPlaces.evaluate(client, [keyOf(name)], [lease, ...members]));
  const renewAll = () => {
    for (const [name, members] of held) renew(name, members);
  };
  link.onJoin(renewAll);

  return {
    renew: renewAll,
    async reserve(name, count, limit) {
      if (own.count(name) + count > limit) return undefined;
      const members = Array.from({ length: count }, newMember);
      own.add(name, members);
      const most = Math.min(limit, Number.MAX_SAFE_INTEGER);
      const total = await link.ask(
        async (client) => Number(await reservePlaces.evaluate(client, [keyOf(name)], [lease, most, ...members])),
        () => own.count(name),
      );
      if (total === 0) {
        own.delete(name, members);
        return undefined;
      }
      held.add(name, members);
      let isHeld = true;
      return {
        total,
        release() {
          if (!isHeld) return;
          isHeld = false;
          own.delete(name, members);
          held.delete(name, members);
          link.send((client) => client.zrem(keyOf(name), ...members));
        },
      };
    },
  };
}
