import type { Clock } from '../../lib/clock.ts';
import { createLocalBudgets } from '../local/budgets.ts';
import type { Amounts, BudgetAnswer, BudgetLine, BudgetReservation, Budgets, OpenedAccount } from '../shared-state.ts';
import type { RedisLink } from './link.ts';
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
const reserve = new Script(`${common}
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
const settle = new Script(`${common}
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then give_back(ARGV[1]) end
for i = 3, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('INCRBY', KEYS[i], ARGV[i - 1]) end
end
return 1`);

/** KEYS: accounts. ARGV: amount spent and expiry time of each. */
const open = new Script(`
for i = 1, #KEYS do
  local known = tonumber(redis.call('GET', KEYS[i]) or '-1')
  if tonumber(ARGV[2 * i - 1]) > known then redis.call('SET', KEYS[i], ARGV[2 * i - 1]) end
  redis.call('PEXPIREAT', KEYS[i], ARGV[2 * i])
end
return 1`);

/** KEYS: holds. ARGV: lease, members. Renews only members that still exist. */
const renewHolds = new Script(`
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', now + ARGV[1], ARGV[i]) end
return 1`);

export interface RedisBudgets extends Budgets {
  /** Call more often than leases expire. */
  renew(): void;
}

export interface BudgetsOptions {
  readonly link: RedisLink;
  readonly prefix: string;
  readonly clock: Clock;
  readonly newMember: () => string;
  /** How long a reservation lasts without renewal; milliseconds. */
  readonly lease: number;
}

export function createRedisBudgets({ link, prefix, clock, newMember, lease }: BudgetsOptions): RedisBudgets {
  const local = createLocalBudgets(clock);
  const holds = new Map<string, Set<string>>();
  /** Accounts with bookings made here while the server was unreachable. They have to be opened again. */
  const missed = new Map<string, Set<string>>();
  const base = (owner: string) => `${prefix}budget:{${owner}}:`;
  const holdKeys = (owner: string) => [`${base(owner)}holds`, `${base(owner)}held`];
  const accountKey = (owner: string, account: string) => base(owner) + account;

  const miss = (owner: string, accounts: Iterable<string>) => {
    const known = missed.get(owner) ?? new Set();
    for (const account of accounts) known.add(account);
    missed.set(owner, known);
  };
  const forget = (owner: string, accounts: readonly string[]) => {
    local.forget(owner, accounts);
    const keys = accounts.map((account) => accountKey(owner, account));
    link.send(
      (client) => client.del(...keys),
      () => miss(owner, accounts),
    );
  };
  const hold = (owner: string, member: string) => {
    const members = holds.get(owner) ?? new Set();
    members.add(member);
    holds.set(owner, members);
  };
  const dropHold = (owner: string, member: string) => {
    const members = holds.get(owner);
    members?.delete(member);
    if (members?.size === 0) holds.delete(owner);
  };
  link.onJoin(() => {
    const all = [...missed];
    missed.clear();
    for (const [owner, accounts] of all) forget(owner, [...accounts]);
  });

  const createReservation = (owner: string, member: string): BudgetReservation => {
    let isHeld = true;
    const end = (spent: Parameters<BudgetReservation['settle']>[0]) => {
      dropHold(owner, member);
      isHeld = false;
      const accounts = spent.map(({ account }) => account);
      const keys = [...holdKeys(owner), ...accounts.map((account) => accountKey(owner, account))];
      const amounts = spent.map(({ amount }) => amount);
      link.send(
        (client) => settle.evaluate(client, keys, [member, ...amounts]),
        () => miss(owner, accounts),
      );
    };
    return { settle: end, release: () => (isHeld ? end([]) : undefined) };
  };

  const reserveLocally = async (
    owner: string,
    amounts: Amounts,
    lines: readonly BudgetLine[],
  ): Promise<BudgetAnswer> => {
    const answer = await local.reserve(owner, amounts, lines);
    if (answer.kind !== 'reserved') return answer;
    const { reservation } = answer;
    return {
      kind: 'reserved',
      reservation: {
        settle(spent) {
          reservation.settle(spent);
          miss(
            owner,
            spent.map(({ account }) => account),
          );
        },
        release: () => reservation.release(),
      },
    };
  };

  return {
    async reserve(owner, amounts, lines) {
      const member = `${newMember()} ${amounts.tokens} ${amounts.nanodollars}`;
      const keys = [...holdKeys(owner), ...lines.map(({ account }) => accountKey(owner, account))];
      const limits = lines.flatMap(({ unit, limit }) => [unit, limit]);
      const parameters = [lease, member, amounts.tokens, amounts.nanodollars, ...limits];
      return link.ask(
        async (client) => {
          const answer = readAnswer(await reserve.evaluate(client, keys, parameters), lines);
          if (answer !== undefined) return answer;
          hold(owner, member);
          return { kind: 'reserved', reservation: createReservation(owner, member) } as const;
        },
        () => reserveLocally(owner, amounts, lines),
      );
    },
    open: (owner, accounts) =>
      link.ask(
        async (client) => {
          await open.evaluate(
            client,
            accounts.map(({ account }) => accountKey(owner, account)),
            openingsOf(accounts),
          );
        },
        () => {
          miss(
            owner,
            accounts.map(({ account }) => account),
          );
          return local.open(owner, accounts);
        },
      ),
    forget,
    renew() {
      for (const [owner, members] of holds) {
        link.send((client) => renewHolds.evaluate(client, holdKeys(owner).slice(0, 1), [lease, ...members]));
      }
    },
  };
}

const openingsOf = (accounts: readonly OpenedAccount[]) =>
  accounts.flatMap(({ spent, expiresAt }) => [spent, expiresAt]);

/** @returns undefined when the amounts were set aside */
function readAnswer(answer: unknown, lines: readonly BudgetLine[]): BudgetAnswer | undefined {
  const [kind, ...rest] = Array.isArray(answer) ? answer : [];
  if (kind === 'reserved') return undefined;
  if (kind === 'unknown') {
    return { kind: 'unknown', accounts: rest.flatMap((index) => lines[Number(index)]?.account ?? []) };
  }
  const line = lines[Number(rest[0])];
  if (kind !== 'refused' || line === undefined) throw new Error('The budget script returned an unexpected answer.');
  return { kind: 'refused', line, by: rest[1] === 'spent' ? 'spent' : 'held' };
}
