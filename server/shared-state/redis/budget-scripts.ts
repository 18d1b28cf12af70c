import { Script } from './script.ts';

/*
 * An owner's keys: `holds`, the reservations sorted by expiry; `held`, their sums; and a number for each account. A
 * member of `holds` is `id tokens nanodollars`, so that any replica can release an expired one.
 */

/** `expire` releases the reservations of replicas that have died. */
const common = `
local function give_back(member)
  local tokens, nanodollars = string.match(member, ' (%d+) (%d+)$')
  if tokens ~= '0' then redis.call('HINCRBY', KEYS[2], 'tokens', '-' .. tokens) end
  if nanodollars ~= '0' then redis.call('HINCRBY', KEYS[2], 'nanodollars', '-' .. nanodollars) end
end
local function expire()
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
    redis.call('ZREM', KEYS[1], member)
    give_back(member)
  end
end`;

/**
 * KEYS: holds, held, accounts. ARGV: lease, member, tokens, nanodollars, then unit and limit of each account. The rule
 * is the same as in budget-rule.ts; a property test of the contract keeps them in agreement.
 */
export const reserveScript = new Script(`${common}
expire()
local amounts = { tokens = tonumber(ARGV[3]), nanodollars = tonumber(ARGV[4]) }
local unknown = { 'unknown' }
for i = 3, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then table.insert(unknown, i - 3) end
end
if #unknown > 1 then return unknown end
for i = 3, #KEYS do
  local unit, limit = ARGV[2 * i - 1], tonumber(ARGV[2 * i])
  local amount = amounts[unit]
  local spent = tonumber(redis.call('GET', KEYS[i]))
  local held = tonumber(redis.call('HGET', KEYS[2], unit) or '0')
  local function bears(taken) return taken == 0 or (taken < limit and taken + amount <= limit) end
  if unit == 'nanodollars' then
    if spent >= limit then return { 'refused', i - 3, 'spent' } end
    if held > 0 and spent + held + amount > limit then return { 'refused', i - 3, 'held' } end
  else
    if not bears(spent) then return { 'refused', i - 3, 'spent' } end
    if not bears(spent + held) then return { 'refused', i - 3, 'held' } end
  end
end
redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[2])
redis.call('HINCRBY', KEYS[2], 'tokens', ARGV[3])
redis.call('HINCRBY', KEYS[2], 'nanodollars', ARGV[4])
redis.call('PEXPIRE', KEYS[1], 86400000)
redis.call('PEXPIRE', KEYS[2], 86400000)
return { 'reserved' }`);

/** KEYS: holds, held, accounts. ARGV: member, then the amount of each account. */
export const settleScript = new Script(`${common}
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then give_back(ARGV[1]) end
for i = 3, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('INCRBY', KEYS[i], ARGV[i - 1]) end
end
return 1`);

/** KEYS: accounts. ARGV: amount spent and expiry time of each. */
export const openScript = new Script(`
for i = 1, #KEYS do
  local known = tonumber(redis.call('GET', KEYS[i]) or '-1')
  if tonumber(ARGV[2 * i - 1]) > known then redis.call('SET', KEYS[i], ARGV[2 * i - 1]) end
  redis.call('PEXPIREAT', KEYS[i], ARGV[2 * i])
end
return 1`);

/** KEYS: holds. ARGV: lease, members. Renews only members that still exist. */
export const renewHoldsScript = new Script(`
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', now + ARGV[1], ARGV[i]) end
return 1`);
