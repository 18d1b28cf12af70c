/** One exchange as the ledger keeps it. Times are milliseconds (since the epoch for `startedAt`), cost US dollars. */
export interface UsageRecord {
  /** The exchange's id, which is also the request id; sorts by time. */
  readonly id: string;
  readonly startedAt: number;
  /** null: the admin's playground. */
  readonly keyId: string | null;
  readonly keyName: string;
  /** The credential of the last attempt; null when none was made. */
  readonly credentialId: string | null;
  readonly credentialLabel: string;
  readonly dialect: string;
  readonly model: string;
  readonly upstreamModel: string | null;
  readonly stream: boolean;
  /** The HTTP status the client got; 499 when it left before one was sent. */
  readonly status: number;
  readonly outcome: 'success' | 'failure' | 'aborted';
  readonly failureKind: string | null;
  readonly failureMessage: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly usageEstimated: boolean;
  /** At list price; null when the model has none. */
  readonly cost: number | null;
  /** What the prompt cache saved against plain input, at list price: negative where it only wrote; null without a price. */
  readonly cacheSaved: number | null;
  /** Alike for the requests of one conversation; null when it is not known. */
  readonly conversation: string | null;
  /** Waiting for a credential. */
  readonly queueTime: number;
  /** From the request to its first content; null when none came. */
  readonly firstTokenTime: number | null;
  readonly totalTime: number;
  readonly clientAddress: string;
  readonly userAgent: string;
  readonly attempts: readonly AttemptRecord[];
  readonly warnings: readonly string[];
  /** Only while the admin has content logging on for the key; redacted. */
  readonly content: { readonly request: string; readonly response: string } | null;
}

/** Tokens, and US dollars at list price; a cost of null: the model has no price. */
export interface GivenUpUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: number | null;
}

/** One attempt of an exchange: which credential, why, what came of it. */
export interface AttemptRecord {
  readonly credentialId: string;
  readonly credentialLabel: string;
  readonly model: string;
  /** The upstream's route that was taken; empty in records from before there were several. */
  readonly route: string;
  /** The strategy's or the affinity's word. */
  readonly reason: string;
  readonly startedAt: number;
  readonly milliseconds: number;
  readonly waited: number;
  /** The upstream's status, when it gave one. */
  readonly status: number | null;
  /** `success`, `aborted` or the fault. */
  readonly outcome: string;
  readonly message?: string;
  /** What it used before another one was made in its place: in the exchange's own figures it is not counted. */
  readonly givenUp?: GivenUpUsage;
  readonly skipped: readonly {
    readonly credentialId: string;
    readonly credentialLabel: string;
    readonly reason: string;
  }[];
}

/** A record as it is listed: without what only its own page shows. */
export type UsageRecordItem = Omit<UsageRecord, 'attempts' | 'warnings' | 'content'> & {
  readonly attemptCount: number;
};
