/**
 * What the replicas of a gateway count and know together. Alone, a gateway keeps it in its own memory; several keep it in
 * Redis or Valkey. No call ever fails: a replica that cannot reach the others goes on with what it knows itself.
 */
export interface SharedState {
  /**
   * Counts that restart a fixed time after their first event.
   *
   * @param seconds how long after; the same for all who use the name
   */
  counter(name: string, seconds: number): Counter;
  readonly budgets: Budgets;
  readonly places: Places;
  readonly notes: Notes;
  readonly shelf: Shelf;
  readonly news: News;
  readonly duties: Duties;
  status(): SharedStateStatus;
  close(): Promise<void>;
}

export interface SharedStateStatus {
  /** Where it is kept. */
  readonly kind: 'local' | 'redis';
  /** False while this replica counts for itself although it should not. */
  readonly isShared: boolean;
  /** Since when that holds; milliseconds since the epoch. */
  readonly since: number;
}

export interface Counter {
  /** Counts more, once or several times. */
  penalty(key: string, amount?: number): Promise<Count>;
  /** Takes some back. */
  reward(key: string, amount?: number): Promise<Count>;
  /** @returns null when nothing is counted */
  get(key: string): Promise<Count | null>;
  /** Has the key counted until so many seconds are over, whatever was counted. */
  block(key: string, seconds: number): Promise<unknown>;
  /** Forgets what was counted. */
  delete(key: string): Promise<unknown>;
}

export interface Count {
  readonly consumedPoints: number;
  /** Milliseconds until the count restarts. */
  readonly msBeforeNext: number;
}

/** What is spent by requests that run at once, and set aside for them, never beyond a limit. */
export interface Budgets {
  /**
   * Sets amounts aside for a request under way, on all lines or on none.
   *
   * @param owner whose budgets they are
   */
  reserve(owner: string, amounts: Amounts, lines: readonly BudgetLine[]): Promise<BudgetAnswer>;
  /** Makes accounts known, or raises what they say was spent: never lowers it. */
  open(owner: string, accounts: readonly OpenedAccount[]): Promise<void>;
  /** Forgets what an owner's accounts say; those who run have still set aside what they have. */
  forget(owner: string, accounts: readonly string[]): void;
}

/** Whole numbers: tokens, and billionths of a US dollar. */
export interface Amounts {
  readonly tokens: number;
  readonly nanodollars: number;
}

/** An account and its limit. */
export interface BudgetLine {
  /** Its name among the owner's accounts. */
  readonly account: string;
  readonly unit: keyof Amounts;
  readonly limit: number;
}

export interface OpenedAccount {
  readonly account: string;
  readonly spent: number;
  /** When it may be forgotten; milliseconds since the epoch. */
  readonly expiresAt: number;
}

export type BudgetAnswer =
  | { readonly kind: 'reserved'; readonly reservation: BudgetReservation }
  /** Nothing was set aside. */
  | {
      readonly kind: 'refused';
      readonly line: BudgetLine;
      /** Whether what was spent is too much by itself, or with what others have set aside. */
      readonly by: 'spent' | 'held';
    }
  /** Nothing was set aside: these accounts are to be opened first. */
  | { readonly kind: 'unknown'; readonly accounts: readonly string[] };

export interface BudgetReservation {
  /** Books what was really spent, on accounts that are open, and gives back what was set aside. */
  settle(spent: readonly { readonly account: string; readonly amount: number }[]): void;
  /** Gives back what was set aside, once. */
  release(): void;
}

/** Requests under way, which are counted while they run. Places of a replica that died come back by themselves. */
export interface Places {
  /**
   * @param limit infinity: they are only counted
   * @returns undefined when fewer places are left
   */
  take(name: string, count: number, limit: number): Promise<TakenPlaces | undefined>;
}

export interface TakenPlaces {
  /** How many were taken of that name then, by all replicas and these included. */
  readonly total: number;
  /** More than once is once. */
  giveBack(): void;
}

/** Texts that are remembered for some time. */
export interface Notes {
  /** @param texts by names that are alike up to their first dot, some hundreds at most */
  write(texts: ReadonlyMap<string, string>, milliseconds: number): Promise<void>;
  read(name: string): Promise<string | undefined>;
  erase(name: string): Promise<void>;
}

/**
 * Texts that one replica leaves for the others, within a bound. What has not reached the server is not on it: a replica keeps
 * its own texts by itself.
 */
export interface Shelf {
  /** False where there are no others, or they cannot be reached. */
  readonly isOpen: boolean;
  /**
   * @param names under which the text can be got: the first is its own
   * @param text of ASCII alone: its length is its size
   */
  put(names: readonly string[], text: string, bounds: ShelfBounds): Promise<void>;
  /** @param name any of the text's */
  get(name: string): Promise<ShelvedText | undefined>;
  /** @param name the text's own */
  remove(name: string): Promise<void>;
}

export interface ShelfBounds {
  /** For how long the text is kept. */
  readonly milliseconds: number;
  /** The bytes of all texts together: the oldest make room. */
  readonly limit: number;
}

export interface ShelvedText {
  /** Its own. */
  readonly name: string;
  readonly text: string;
}

/** What one replica tells the others. */
export interface News {
  /** @param data anything that JSON can say */
  publish(topic: string, data: unknown): void;
  /** @returns a function that ends it */
  subscribe(topic: string, listener: (data: unknown) => void): () => void;
  /** Calls back when news may have been missed. @returns a function that ends it */
  onGap(listener: () => void): () => void;
}

/** Work that only one replica may do. */
export interface Duties {
  /**
   * Takes a duty over for some time, or keeps it.
   *
   * @returns false when another replica has it
   */
  take(duty: string, milliseconds: number): Promise<boolean>;
}
