import type { Shelf } from '../shared-state.ts';
import type { RedisLink } from './link.ts';
import { Script } from './script.ts';

/*
 * Keys: `texts`, the texts by own name; `names`, maps each own name to the other names and each other name to the own
 * name; `ends`, the own names sorted by expiry; `size`, the total length of the texts. Names contain no blanks.
 */

const common = `
local function drop(own)
  redis.call('DECRBY', KEYS[4], redis.call('HSTRLEN', KEYS[1], own))
  for name in string.gmatch(redis.call('HGET', KEYS[2], own) or '', '%S+') do redis.call('HDEL', KEYS[2], name) end
  redis.call('HDEL', KEYS[1], own)
  redis.call('HDEL', KEYS[2], own)
  redis.call('ZREM', KEYS[3], own)
end`;

/** ARGV: own name, text, milliseconds, limit, the other names joined by blanks. */
const put = new Script(`${common}
local own, text, limit = ARGV[1], ARGV[2], tonumber(ARGV[4])
for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 1000)) do drop(old) end
if redis.call('HEXISTS', KEYS[1], own) == 1 then drop(own) end
if #text > limit then return 0 end
while tonumber(redis.call('GET', KEYS[4]) or '0') + #text > limit do
  local oldest = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
  if not oldest then break end
  drop(oldest)
end
redis.call('HSET', KEYS[1], own, text)
redis.call('HSET', KEYS[2], own, ARGV[5])
for name in string.gmatch(ARGV[5], '%S+') do redis.call('HSET', KEYS[2], name, own) end
redis.call('ZADD', KEYS[3], now + ARGV[3], own)
redis.call('INCRBY', KEYS[4], #text)
for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ARGV[3]) end
return 1`);

/** ARGV: any of a text's names. */
const get = new Script(`
local own = ARGV[1]
if redis.call('HEXISTS', KEYS[1], own) == 0 then own = redis.call('HGET', KEYS[2], own) end
if not own then return {} end
local ends = redis.call('ZSCORE', KEYS[3], own)
if not ends or tonumber(ends) <= now then return {} end
return { own, redis.call('HGET', KEYS[1], own) }`);

/** ARGV: the text's own name. */
const remove = new Script(`${common}
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then drop(ARGV[1]) end
return 1`);

export function createRedisShelf(link: RedisLink, prefix: string): Shelf {
  const keys = ['texts', 'names', 'ends', 'size'].map((name) => `${prefix}{shelf}:${name}`);
  return {
    get isOpen() {
      return link.status.isShared;
    },
    put([own = '', ...others], text, { milliseconds, limit }) {
      const parameters = [own, text, Math.max(1, Math.round(milliseconds)), Math.round(limit), others.join(' ')];
      return link.ask(
        async (client) => void (await put.evaluate(client, keys, parameters)),
        () => undefined,
      );
    },
    get: (name) =>
      link.ask(
        async (client) => {
          const answer = await get.evaluate(client, keys, [name]);
          const [own, text] = Array.isArray(answer) ? answer : [];
          return typeof own === 'string' && typeof text === 'string' ? { name: own, text } : undefined;
        },
        () => undefined,
      ),
    remove: (name) =>
      link.ask(
        async (client) => void (await remove.evaluate(client, keys, [name])),
        () => undefined,
      ),
  };
}
