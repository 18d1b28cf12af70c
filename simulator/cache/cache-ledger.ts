import type { Conversation } from './conversation.ts';
import type { CacheResult } from './prompt-cache.ts';

/** What the caches did for one request. */
export type CacheRecord = CacheResult &
  Conversation & {
    readonly email: string;
    readonly route: string;
    readonly model: string;
  };

/** Tokens of several requests together, and their share of a perfect cache's reads (1 when there was nothing to read). */
export type CacheSum = CacheResult & {
  readonly requests: number;
  readonly share: number;
  readonly shareInConversation: number;
};

export type CacheReport = CacheSum & {
  readonly conversations: readonly (CacheSum & {
    readonly conversation: string;
    readonly opening: string;
    /** Requests of the conversation on each credential and route. */
    readonly places: Readonly<Record<string, number>>;
  })[];
};

export type CacheFilter = Partial<Pick<CacheRecord, 'email' | 'route' | 'model' | 'conversation' | 'opening'>>;

/** Records what the caches did for the latest requests. */
export class CacheLedger {
  readonly #maximum: number;
  #records: CacheRecord[] = [];

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  add(record: CacheRecord): void {
    this.#records.push(record);
    if (this.#records.length > this.#maximum) this.#records.splice(0, Math.ceil(this.#maximum / 10));
  }

  clear(): void {
    this.#records = [];
  }

  /** Sums over the requests that match the filter, in total and by conversation. */
  report(filter: CacheFilter = {}): CacheReport {
    const wanted = Object.entries(filter);
    const records = this.#records.filter((record) =>
      wanted.every(([name, value]) => Reflect.get(record, name) === value),
    );
    const conversations = Map.groupBy(records, ({ conversation }) => conversation);
    return {
      ...sum(records),
      conversations: [...conversations].map(([conversation, own]) => ({
        conversation,
        opening: own[0]?.opening ?? '',
        ...sum(own),
        places: countPlaces(own),
      })),
    };
  }
}

function sum(records: readonly CacheRecord[]): CacheSum {
  const total = (name: keyof CacheResult): number => records.reduce((held, record) => held + record[name], 0);
  const share = (name: 'perfect' | 'perfectInConversation'): number => {
    const possible = total(name);
    const reached = records.reduce((held, record) => held + Math.min(record.read, record[name]), 0);
    return possible === 0 ? 1 : reached / possible;
  };
  return {
    requests: records.length,
    input: total('input'),
    read: total('read'),
    written: total('written'),
    perfect: total('perfect'),
    perfectInConversation: total('perfectInConversation'),
    share: share('perfect'),
    shareInConversation: share('perfectInConversation'),
  };
}

function countPlaces(records: readonly CacheRecord[]): Readonly<Record<string, number>> {
  const places: Record<string, number> = {};
  for (const { email, route } of records) {
    const place = `${email} ${route}`;
    places[place] = (places[place] ?? 0) + 1;
  }
  return places;
}
