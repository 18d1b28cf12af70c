import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { countOnly } from '../count-only.ts';
import type { Counter } from '../shared-state.ts';
import type { RedisClient } from './connect.ts';
import type { RedisLink } from './link.ts';

/** The library's script, except that a count never goes below 0, because the server may have lost points. */
const incrementScript = `
redis.call('set', KEYS[1], 0, 'EX', ARGV[2], 'NX')
local consumed = redis.call('incrby', KEYS[1], ARGV[1])
if consumed < 0 then
  redis.call('incrby', KEYS[1], -consumed)
  consumed = 0
end
return { consumed, redis.call('pttl', KEYS[1]) }`;

/** While the server is unreachable, each replica counts for itself. */
export function createRedisCounter(link: RedisLink, client: RedisClient, name: string, seconds: number): Counter {
  const common = { keyPrefix: name, points: countOnly, duration: seconds };
  const shared = new RateLimiterRedis({ ...common, storeClient: client, customIncrTtlLuaScript: incrementScript });
  const own = new RateLimiterMemory(common);
  return {
    penalty: (key, amount) =>
      link.ask(
        () => shared.penalty(key, amount),
        () => own.penalty(key, amount),
      ),
    reward: (key, amount) =>
      link.ask(
        () => shared.reward(key, amount),
        () => own.reward(key, amount),
      ),
    get: (key) =>
      link.ask(
        () => shared.get(key),
        () => own.get(key),
      ),
    block: (key, length) =>
      link.ask<unknown>(
        () => shared.block(key, length),
        () => own.block(key, length),
      ),
    delete: (key) =>
      link.ask(
        () => shared.delete(key),
        () => own.delete(key),
      ),
  };
}
