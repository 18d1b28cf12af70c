/**
 * State shared between the replicas of a gateway. A single gateway keeps it in memory, several keep it in Redis or
 * Valkey. No call ever fails: a replica that cannot reach the server continues with its own state.
 */
export interface SharedState {
  /**
   * A counter whose counts reset a fixed time after their first event.
   *
   * @param seconds the window length; the same for all uses of the name
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
  /** Where the state is kept. */
  readonly kind: 'local' | 'redis';
  /** False while the shared server is unreachable and this replica counts for itself. */
  readonly isShared: boolean;
  /** Since when `isShared` has its value; milliseconds since the epoch. */
  readonly since: number;
}

export interface Counter {
  /** Adds to the count; `amount` defaults to 1. */
  penalty(key: string, amount?: number): Promise<Count>;
  /** Subtracts from the count; `amount` defaults to 1. */
  reward(key: string, amount?: number): Promise<Count>;
  /** @returns null when there is no count */
  get(key: string): Promise<Count | null>;
  /** Sets the key over the limit for so many seconds. */
  block(key: string, seconds: number): Promise<unknown>;
  /** Deletes the count. */
  delete(key: string): Promise<unknown>;
}

export interface Count {
  readonly consumedPoints: number;
  /** Milliseconds until the count resets. */
  readonly msBeforeNext: number;
}

/** Enforces spending limits across concurrent requests, by reserving amounts before and booking them after. */
export interface Budgets {
  /**
   * Reserves amounts for a running request, on all lines or on none.
   *
   * @param owner the owner of the budgets
   */
  reserve(owner: string, amounts: Amounts, lines: readonly BudgetLine[]): Promise<BudgetAnswer>;
  /** Opens accounts, or raises the spent amount of open ones; never lowers it. */
  open(owner: string, accounts: readonly OpenedAccount[]): Promise<void>;
  /** Closes accounts of an owner. Reservations of running requests stay. */
  forget(owner: string, accounts: readonly string[]): void;
}

/** Integers: tokens, and billionths of a US dollar. */
export interface Amounts {
  readonly tokens: number;
  readonly nanodollars: number;
}

/** An account and its limit. */
export interface BudgetLine {
  /** The account's name, unique per owner. */
  readonly account: string;
  readonly unit: keyof Amounts;
  readonly limit: number;
}

export interface OpenedAccount {
  readonly account: string;
  readonly spent: number;
  /** When the account may be dropped; milliseconds since the epoch. */
  readonly expiresAt: number;
}

export type BudgetAnswer =
  | { readonly kind: 'reserved'; readonly reservation: BudgetReservation }
  /** Nothing was reserved. */
  | {
      readonly kind: 'refused';
      readonly line: BudgetLine;
      /** `spent`: the spent amount alone exceeds the limit. `held`: it does together with other reservations. */
      readonly by: 'spent' | 'held';
    }
  /** Nothing was reserved: these accounts have to be opened first. */
  | { readonly kind: 'unknown'; readonly accounts: readonly string[] };

export interface BudgetReservation {
  /** Books the actual amounts on open accounts and releases the reservation. */
  settle(spent: readonly { readonly account: string; readonly amount: number }[]): void;
  /** Releases the reservation. Only the first call has an effect. */
  release(): void;
}

/** Counts concurrent requests. The places of a replica that died are released automatically. */
export interface Places {
  /**
   * Reserves places.
   *
   * @param limit infinity to only count them
   * @returns undefined when too few places are left
   */
  reserve(name: string, count: number, limit: number): Promise<TakenPlaces | undefined>;
}

export interface TakenPlaces {
  /** How many places of this name are reserved on all replicas, including these. */
  readonly total: number;
  /** Releases the places. Only the first call has an effect. */
  release(): void;
}

/** Texts that are kept for some time. */
export interface Notes {
  /** @param texts by name; at most some hundreds, and the part before the first dot must be the same for all */
  write(texts: ReadonlyMap<string, string>, milliseconds: number): Promise<void>;
  read(name: string): Promise<string | undefined>;
  erase(name: string): Promise<void>;
}

/**
 * Texts that replicas leave for each other, within a bound. A text that could not be sent to the server is not shared,
 * so a replica also keeps its own texts itself.
 */
export interface Shelf {
  /** False without other replicas, or while the server is unreachable. */
  readonly isOpen: boolean;
  /**
   * @param names the names of the text; the first is its own name
   * @param text ASCII only, so that its length is its size
   */
  put(names: readonly string[], text: string, bounds: ShelfBounds): Promise<void>;
  /** @param name any of the text's names */
  get(name: string): Promise<ShelvedText | undefined>;
  /** @param name the text's own name */
  remove(name: string): Promise<void>;
}

export interface ShelfBounds {
  /** How long the text is kept. */
  readonly milliseconds: number;
  /** Maximum bytes of all texts together; the oldest are evicted. */
  readonly limit: number;
}

export interface ShelvedText {
  /** The text's own name. */
  readonly name: string;
  readonly text: string;
}

/** Publishes messages to the other replicas. */
export interface News {
  /** @param data any JSON value */
  publish(topic: string, data: unknown): void;
  /** @returns a function that ends the subscription */
  subscribe(topic: string, listener: (data: unknown) => void): () => void;
  /** Calls the listener when messages may have been missed. @returns a function that removes the listener */
  onGap(listener: () => void): () => void;
}

/** Assigns work that only one replica may do. */
export interface Duties {
  /**
   * Claims a duty for some time, or extends the claim.
   *
   * @returns false when another replica has the duty
   */
  claim(duty: string, milliseconds: number): Promise<boolean>;
}
