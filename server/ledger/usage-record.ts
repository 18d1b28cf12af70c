/** One exchange in the ledger. Times are in milliseconds (since the epoch for `startedAt`), costs in US dollars. */
export interface UsageRecord {
  /** The id of the exchange, which is also the request id. Sorts by time. */
  readonly id: string;
  readonly startedAt: number;
  /** null: the admin in the playground. */
  readonly keyId: string | null;
  readonly keyName: string;
  /** The credential of the last attempt; null if there was none. */
  readonly credentialId: string | null;
  readonly credentialLabel: string;
  readonly dialect: string;
  readonly model: string;
  readonly upstreamModel: string | null;
  readonly stream: boolean;
  /** The HTTP status that the client got; 499 if it disconnected before. */
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
  /** At list price; null if the model has none. */
  readonly cost: number | null;
  /**
   * What the prompt cache saved compared to uncached input, at list price. Negative if it only wrote; null without a
   * price.
   */
  readonly cacheSaved: number | null;
  /** Same for all requests of a conversation; null if unknown. */
  readonly conversation: string | null;
  /** Time spent waiting for a credential. */
  readonly queueTime: number;
  /** Time from the request to the first content; null if there was none. */
  readonly firstTokenTime: number | null;
  readonly totalTime: number;
  readonly clientAddress: string;
  readonly userAgent: string;
  readonly attempts: readonly AttemptRecord[];
  readonly warnings: readonly string[];
  /** Only set while content logging is on for the key. Secrets are redacted. */
  readonly content: { readonly request: string; readonly response: string } | null;
}

/** Tokens, and the cost at list price in US dollars; null if the model has no price. */
export interface GivenUpUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: number | null;
}

/** One attempt of an exchange: the credential, why it was chosen, and the result. */
export interface AttemptRecord {
  readonly credentialId: string;
  readonly credentialLabel: string;
  readonly model: string;
  /** The upstream route. Empty in old records, written before there were several. */
  readonly route: string;
  /** Why the pool chose the credential, as named by its strategy or affinity. */
  readonly reason: string;
  readonly startedAt: number;
  readonly milliseconds: number;
  readonly waited: number;
  /** The upstream's status, if it responded. */
  readonly status: number | null;
  /** `success`, `aborted` or the fault. */
  readonly outcome: string;
  readonly message?: string;
  /** Usage before the attempt was abandoned for another one. It is not part of the exchange's own totals. */
  readonly givenUp?: GivenUpUsage;
  readonly skipped: readonly {
    readonly credentialId: string;
    readonly credentialLabel: string;
    readonly reason: string;
  }[];
}

/** A record in a list, without the details of its own page. */
export type UsageRecordItem = Omit<UsageRecord, 'attempts' | 'warnings' | 'content'> & {
  readonly attemptCount: number;
};
