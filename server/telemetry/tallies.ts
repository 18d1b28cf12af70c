import type { UsageRecord } from '../ledger/usage-record.ts';

/** Counts since the metrics were last read, for one combination of labels. */
export interface Tally {
  readonly dialect: string;
  readonly model: string;
  readonly status: number;
  readonly outcome: string;
  requests: number;
  cost: number;
  saved: number;
  cacheHits: number;
  readonly tokens: Record<TokenKind, number>;
  /** By `route outcome`. */
  readonly attempts: Map<string, number>;
  /** Usage of attempts that were abandoned for others. */
  givenUpTokens: number;
  givenUpCost: number;
}

type TokenKind = 'input' | 'output' | 'cache_read' | 'cache_write' | 'reasoning';

/** Buffers counts until the metrics are read, because the library's lookup by labels is too slow for every request. */
export class Tallies {
  readonly #tallies = new Map<string, Tally>();

  add(record: UsageRecord, model: string): void {
    const tally = this.#tallyOf(record, model);
    tally.requests += 1;
    tally.cost += record.cost ?? 0;
    tally.saved += record.cacheSaved ?? 0;
    tally.cacheHits += record.cacheReadTokens > 0 ? 1 : 0;
    const { tokens } = tally;
    tokens.input += record.inputTokens;
    tokens.output += record.outputTokens;
    tokens.cache_read += record.cacheReadTokens;
    tokens.cache_write += record.cacheWriteTokens;
    tokens.reasoning += record.reasoningTokens;
    for (const { route, outcome, givenUp } of record.attempts) {
      tally.givenUpTokens += givenUp === undefined ? 0 : givenUp.inputTokens + givenUp.outputTokens;
      tally.givenUpCost += givenUp?.cost ?? 0;
      const key = `${route} ${outcome}`;
      tally.attempts.set(key, (tally.attempts.get(key) ?? 0) + 1);
    }
  }

  takeAll(): Tally[] {
    const all = [...this.#tallies.values()];
    this.#tallies.clear();
    return all;
  }

  #tallyOf({ dialect, status, outcome }: UsageRecord, model: string): Tally {
    const key = `${dialect} ${status} ${outcome} ${model}`;
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    const tokens = { input: 0, output: 0, cache_read: 0, cache_write: 0, reasoning: 0 };
    const counts = {
      requests: 0,
      cost: 0,
      saved: 0,
      cacheHits: 0,
      tokens,
      attempts: new Map<string, number>(),
      givenUpTokens: 0,
      givenUpCost: 0,
    };
    const tally: Tally = { dialect, model, status, outcome, ...counts };
    this.#tallies.set(key, tally);
    return tally;
  }
}
