import type { Clock } from '../../lib/clock.ts';
import { SetMap } from '../../lib/set-map.ts';
import { createLocalBudgets } from '../local/budgets.ts';
import type { Amounts, BudgetAnswer, BudgetLine, BudgetReservation, Budgets, OpenedAccount } from '../shared-state.ts';
import { openScript, renewHoldsScript, reserveScript, settleScript } from './budget-scripts.ts';
import type { RedisLink } from './link.ts';

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

export function createRedisBudgets(options: BudgetsOptions): RedisBudgets {
  return new SharedBudgets(options);
}

/** While the server is unreachable, this replica continues with budgets of its own. */
class SharedBudgets implements RedisBudgets {
  readonly #options: BudgetsOptions;
  readonly #local: Budgets;
  /** The reservations that this replica holds, by owner. */
  readonly #holds = new SetMap();
  /** Accounts with bookings made here while the server was unreachable. They have to be opened again. */
  readonly #missed = new SetMap();

  constructor(options: BudgetsOptions) {
    this.#options = options;
    this.#local = createLocalBudgets(options.clock);
    options.link.onJoin(() => {
      for (const [owner, accounts] of this.#missed.takeAll()) this.forget(owner, [...accounts]);
    });
  }

  async reserve(owner: string, amounts: Amounts, lines: readonly BudgetLine[]): Promise<BudgetAnswer> {
    const { link, newMember, lease } = this.#options;
    const member = `${newMember()} ${amounts.tokens} ${amounts.nanodollars}`;
    const keys = [...this.#holdKeys(owner), ...lines.map(({ account }) => this.#accountKey(owner, account))];
    const limits = lines.flatMap(({ unit, limit }) => [unit, limit]);
    const parameters = [lease, member, amounts.tokens, amounts.nanodollars, ...limits];
    return link.ask(
      async (client) => {
        const answer = readAnswer(await reserveScript.evaluate(client, keys, parameters), lines);
        if (answer !== undefined) return answer;
        this.#holds.add(owner, [member]);
        return { kind: 'reserved', reservation: this.#reservationOf(owner, member) } as const;
      },
      () => this.#reserveLocally(owner, amounts, lines),
    );
  }

  open(owner: string, accounts: readonly OpenedAccount[]): Promise<void> {
    const names = accounts.map(({ account }) => account);
    const keys = names.map((name) => this.#accountKey(owner, name));
    const openings = accounts.flatMap(({ spent, expiresAt }) => [spent, expiresAt]);
    return this.#options.link.ask(
      async (client) => {
        await openScript.evaluate(client, keys, openings);
      },
      () => {
        this.#missed.add(owner, names);
        return this.#local.open(owner, accounts);
      },
    );
  }

  forget(owner: string, accounts: readonly string[]): void {
    this.#local.forget(owner, accounts);
    const keys = accounts.map((account) => this.#accountKey(owner, account));
    this.#options.link.send(
      (client) => client.del(...keys),
      () => this.#missed.add(owner, accounts),
    );
  }

  renew(): void {
    const { link, lease } = this.#options;
    for (const [owner, members] of this.#holds) {
      const [holds] = this.#holdKeys(owner);
      link.send((client) => renewHoldsScript.evaluate(client, [holds], [lease, ...members]));
    }
  }

  #reservationOf(owner: string, member: string): BudgetReservation {
    let isHeld = true;
    const settle: BudgetReservation['settle'] = (spent) => {
      this.#holds.delete(owner, [member]);
      isHeld = false;
      this.#book(owner, member, spent);
    };
    return { settle, release: () => (isHeld ? settle([]) : undefined) };
  }

  /** Ends a reservation and adds what was spent to the accounts. */
  #book(owner: string, member: string, spent: Parameters<BudgetReservation['settle']>[0]): void {
    const accounts = spent.map(({ account }) => account);
    const keys = [...this.#holdKeys(owner), ...accounts.map((account) => this.#accountKey(owner, account))];
    const amounts = spent.map(({ amount }) => amount);
    this.#options.link.send(
      (client) => settleScript.evaluate(client, keys, [member, ...amounts]),
      () => this.#missed.add(owner, accounts),
    );
  }

  async #reserveLocally(owner: string, amounts: Amounts, lines: readonly BudgetLine[]): Promise<BudgetAnswer> {
    const answer = await this.#local.reserve(owner, amounts, lines);
    if (answer.kind !== 'reserved') return answer;
    const { reservation } = answer;
    const settle: BudgetReservation['settle'] = (spent) => {
      reservation.settle(spent);
      const accounts = spent.map(({ account }) => account);
      this.#missed.add(owner, accounts);
    };
    return { kind: 'reserved', reservation: { settle, release: () => reservation.release() } };
  }

  #holdKeys(owner: string): [holds: string, held: string] {
    return [`${this.#base(owner)}holds`, `${this.#base(owner)}held`];
  }

  #accountKey(owner: string, account: string): string {
    return this.#base(owner) + account;
  }

  #base(owner: string): string {
    return `${this.#options.prefix}budget:{${owner}}:`;
  }
}

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
