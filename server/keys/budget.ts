import type { Clock } from '../lib/clock.ts';
import type { ApiKey, KeyLimits } from './key.ts';
import { LimitFailure } from './limit-failure.ts';

export interface Spending {
  readonly tokens: number;
  /** US dollars at list price. */
  readonly dollars: number;
}

/** What keys have used, from the ledger. */
export interface BudgetSource {
  /** @param time inclusive; milliseconds since the epoch */
  usedSince(keyId: string, time: number): Promise<Spending>;
}

/** A part of a budget that is set aside for a request under way. */
export interface Reservation {
  /** Books what was really used. */
  settle(spending: Spending): void;
  /** Gives the reserved part back; what was settled stays. */
  release(): void;
}

/** Budgets per calendar day and month (UTC), read from the ledger once and kept up in memory. */
export interface Budgets {
  /**
   * Sets an estimate aside, so that parallel requests cannot all spend the same rest.
   * @param estimate the tokens that are sure to be used, and the dollars that are to be expected
   * @throws LimitFailure `quota-exhausted` with the seconds until the day or the month is over, or until others may be
   */
  reserve(key: ApiKey, estimate: Spending): Reservation | Promise<Reservation>;
  /** For a key that has no budget now: what it uses meanwhile is in the ledger only. */
  forget(keyId: string): void;
}

export function hasBudget(limits: KeyLimits): boolean {
  return (
    limits.tokensPerDay !== null ||
    limits.tokensPerMonth !== null ||
    limits.dollarsPerDay !== null ||
    limits.dollarsPerMonth !== null
  );
}

/** Seconds: what requests under way have set aside may come back any moment. */
const whileOthersRun = 1;

type PeriodName = 'day' | 'month';

interface Period {
  readonly start: number;
  readonly end: number;
  tokens: number;
  dollars: number;
}

/** One key's books. */
interface Book {
  day: Period;
  month: Period;
  /** Set aside for requests under way: whichever period they end in. */
  readonly reserved: { tokens: number; dollars: number };
}

export function createBudgets(source: BudgetSource, clock: Clock): Budgets {
  const books = new Map<string, Book | Promise<Book>>();

  async function open(keyId: string): Promise<Book> {
    const now = clock();
    const [day, month] = await Promise.all(
      (['day', 'month'] as const).map(async (name): Promise<Period> => {
        const { start, end } = boundsOf(name, now);
        const { tokens, dollars } = await source.usedSince(keyId, start);
        return { start, end, tokens, dollars };
      }),
    );
    if (day === undefined || month === undefined) throw new Error('a budget has two periods');
    return { day, month, reserved: { tokens: 0, dollars: 0 } };
  }

  function find(keyId: string): Book | Promise<Book> {
    const known = books.get(keyId);
    if (known !== undefined && (known instanceof Promise || clock() >= known.day.start)) return known;
    const opening = open(keyId);
    books.set(keyId, opening);
    opening.then(
      (book) => books.set(keyId, book),
      () => books.delete(keyId),
    );
    return opening;
  }

  /** Starts a new day or month where the old one is over. */
  function turn(book: Book): void {
    const now = clock();
    for (const name of ['day', 'month'] as const) {
      if (now >= book[name].end) book[name] = { ...boundsOf(name, now), tokens: 0, dollars: 0 };
    }
  }

  function reserveIn(book: Book, key: ApiKey, estimate: Spending): Reservation {
    turn(book);
    check(book, key, 'day', estimate, clock());
    check(book, key, 'month', estimate, clock());
    add(book.reserved, estimate);
    let isHeld = true;
    const release = () => {
      if (isHeld) add(book.reserved, { tokens: -estimate.tokens, dollars: -estimate.dollars });
      isHeld = false;
    };
    return {
      settle(spending) {
        release();
        turn(book);
        add(book.day, spending);
        add(book.month, spending);
      },
      release,
    };
  }

  return {
    reserve(key, estimate) {
      const book = find(key.id);
      return book instanceof Promise
        ? book.then((opened) => reserveIn(opened, key, estimate))
        : reserveIn(book, key, estimate);
    },
    forget: (keyId) => books.delete(keyId),
  };
}

function add(sum: { tokens: number; dollars: number }, { tokens, dollars }: Spending): void {
  sum.tokens += tokens;
  sum.dollars += dollars;
}

function check(book: Book, key: ApiKey, name: PeriodName, estimate: Spending, now: number): void {
  const { limits, masked } = key;
  const { reserved, [name]: period } = book;
  const tokenLimit = name === 'day' ? limits.tokensPerDay : limits.tokensPerMonth;
  const dollarLimit = name === 'day' ? limits.dollarsPerDay : limits.dollarsPerMonth;
  const refuse = (budget: string, retryAfterSeconds: number) => {
    const message = `What is left of the API key ${masked}'s budget of ${budget} a ${name} is too little for this request.`;
    throw new LimitFailure('quota-exhausted', message, { reason: 'budget-exhausted', retryAfterSeconds });
  };
  const untilEnd = Math.ceil((period.end - now) / 1000);
  if (dollarLimit !== null) {
    // What a request will cost is a guess: the rest of a budget is anybody's who is alone.
    if (period.dollars >= dollarLimit) refuse(`${dollarLimit} US dollars`, untilEnd);
    const expected = period.dollars + reserved.dollars + estimate.dollars;
    if (reserved.dollars > 0 && expected > dollarLimit) refuse(`${dollarLimit} US dollars`, whileOthersRun);
  }
  if (tokenLimit === null) return;
  /** A budget that nothing was taken from bears one request, however large its estimate. */
  const bears = (taken: number) => taken === 0 || (taken < tokenLimit && taken + estimate.tokens <= tokenLimit);
  if (!bears(period.tokens)) refuse(`${tokenLimit} tokens`, untilEnd);
  if (!bears(period.tokens + reserved.tokens)) refuse(`${tokenLimit} tokens`, whileOthersRun);
}

/** A calendar day or month in UTC; the end exclusive. */
function boundsOf(name: PeriodName, now: number): { readonly start: number; readonly end: number } {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return name === 'day'
    ? { start: Date.UTC(year, month, day), end: Date.UTC(year, month, day + 1) }
    : { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
}
