import type { Clock } from '../../lib/clock.ts';
import { refusalOf } from '../budget-rule.ts';
import type { Amounts, BudgetAnswer, BudgetReservation, Budgets } from '../shared-state.ts';

interface Book {
  readonly accounts: Map<string, { spent: number; expiresAt: number }>;
  readonly held: { tokens: number; nanodollars: number };
}

export function createLocalBudgets(clock: Clock): Budgets {
  const books = new Map<string, Book>();
  const bookOf = (owner: string): Book => {
    let book = books.get(owner);
    if (book === undefined) {
      book = { accounts: new Map(), held: { tokens: 0, nanodollars: 0 } };
      books.set(owner, book);
    }
    return book;
  };

  return {
    async reserve(owner, amounts, lines): Promise<BudgetAnswer> {
      const { accounts, held } = bookOf(owner);
      const unknown = lines.map(({ account }) => account).filter((account) => !accounts.has(account));
      if (unknown.length > 0) return { kind: 'unknown', accounts: unknown };
      for (const line of lines) {
        const by = refusalOf(line, amounts, accounts.get(line.account)?.spent ?? 0, held[line.unit]);
        if (by !== undefined) return { kind: 'refused', line, by };
      }
      add(held, amounts, 1);
      return { kind: 'reserved', reservation: createReservation(bookOf(owner), amounts) };
    },
    async open(owner, opened) {
      const { accounts } = bookOf(owner);
      const now = clock();
      for (const [name, { expiresAt }] of accounts) if (expiresAt <= now) accounts.delete(name);
      for (const { account, spent, expiresAt } of opened) {
        const known = accounts.get(account)?.spent ?? 0;
        accounts.set(account, { spent: Math.max(spent, known), expiresAt });
      }
    },
    forget(owner, accounts) {
      for (const account of accounts) books.get(owner)?.accounts.delete(account);
    },
  };
}

function createReservation({ accounts, held }: Book, amounts: Amounts): BudgetReservation {
  let isHeld = true;
  const release = () => {
    if (isHeld) add(held, amounts, -1);
    isHeld = false;
  };
  return {
    settle(spent) {
      release();
      for (const { account, amount } of spent) {
        const known = accounts.get(account);
        if (known !== undefined) known.spent += amount;
      }
    },
    release,
  };
}

function add(held: Book['held'], { tokens, nanodollars }: Amounts, sign: 1 | -1): void {
  held.tokens += sign * tokens;
  held.nanodollars += sign * nanodollars;
}
