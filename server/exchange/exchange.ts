import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ConversationAnswer } from '../conversation/answer.ts';
import type { ConversationEvent } from '../conversation/events.ts';
import type { Failure } from '../conversation/failure.ts';
import type { PromptCaching } from '../conversation/prompt-caching.ts';
import type { TranslationNote } from '../conversation/translation.ts';
import type { Usage } from '../conversation/usage.ts';
import type { TokenEstimator } from '../ledger/token-estimator.ts';
import type { AttemptRecord, UsageRecord } from '../ledger/usage-record.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import type { Clock } from '../lib/clock.ts';
import type { Pool } from '../pool/pool.ts';
import type { Settings } from '../settings/settings.ts';
import type { UpstreamClient } from '../upstream/client.ts';
import type { UpstreamRoute } from '../upstream/routes/route.ts';
import type { ProofMemory } from './proof-memory.ts';
import type { RefusedMembers } from './refused-members.ts';
import type { RequestSource } from './request-source.ts';

/** What the use case needs of the rest of the application. */
export interface ExchangeDependencies {
  readonly catalogue: Pick<Catalogue, 'find'>;
  readonly pool: Pick<Pool, 'lease'>;
  readonly client: Pick<UpstreamClient, 'send'>;
  readonly routes: ReadonlyMap<string, UpstreamRoute>;
  /** What models were found to refuse. */
  readonly refusedMembers: RefusedMembers;
  /** What clients whose dialect has no place for it will need again. */
  readonly proofs: ProofMemory;
  readonly settings: () => Settings;
  readonly estimator: Pick<TokenEstimator, 'countInput' | 'wantsRequest' | 'learn'>;
  /** Takes the finished exchange into account; must not throw nor wait. */
  readonly record: (record: UsageRecord) => void;
  /** Told how many run, each time that it changes. */
  readonly onRunning?: (running: number) => void;
  readonly clock: Clock;
}

/** Who asks, and when: what is known of a request before it is read. */
export interface Asker {
  /** The request id; its exchange has the same. */
  readonly id: string;
  /** Milliseconds since the epoch: when the request came. */
  readonly startedAt: number;
  readonly dialect: string;
  /** null: the admin in the playground. */
  readonly keyId: string | null;
  readonly keyName: string;
  readonly clientAddress: string;
  readonly userAgent: string;
  /** The HTTP status that the client's dialect has for a failure. */
  readonly statusOf: (failure: Failure) => number;
}

/** What is known of a request that was refused; empty where it could not even be read. */
export type RefusedRequest = Pick<RequestSource, 'model' | 'stream'>;

/** One request, decoded and admitted. */
export interface ExchangeInput extends Asker {
  readonly request: RequestSource;
  /** A guess at the input tokens that is made without reading the request. */
  readonly guessInputTokens: () => number;
  readonly notes: readonly TranslationNote[];
  /** Whether the answer may be passed on frame by frame where the upstream speaks the client's dialect. */
  readonly relaysAnswers: boolean;
  readonly promptCaching: PromptCaching;
  /** Whether the asker may be served by this model, too; `request.model` was found to be. */
  readonly mayUse: (model: string) => boolean;
  /** Aborted when the client leaves. */
  readonly signal: Cancellation;
  /** The request's text, only while content logging is on for the key. */
  readonly loggedRequest: string | null;
}

/** Where the events of a streaming answer go. Nothing is pushed before `open`, which commits the answer. */
export interface AnswerSink {
  open(report: OpeningReport): void;
  /**
   * @param resume to be called once the reader has caught up, after this answered false
   * @returns false when the reader is behind: nothing more is read until then
   */
  push(events: readonly ConversationEvent[], resume: () => void): boolean;
}

/** What is known when the answer is committed. */
export interface OpeningReport {
  readonly upstreamModel: string | undefined;
  readonly notes: readonly TranslationNote[];
  /** The last one is the one that answers. */
  readonly attempts: readonly AttemptRecord[];
  /** What the upstream has told of it so far. */
  readonly usage: Usage | undefined;
  /** The answer comes as frames in the client's own dialect. */
  readonly relayed: boolean;
}

/** How an exchange went. */
export interface ExchangeReport {
  readonly outcome: 'success' | 'failure' | 'aborted';
  /** Present when the outcome is `failure`. */
  readonly failure: Failure | undefined;
  /** True when something reached the sink: a failure is then told inside the stream. */
  readonly committed: boolean;
  /** The whole answer, of a successful exchange without a stream. */
  readonly answer: ConversationAnswer | undefined;
  readonly usage: Usage;
  readonly upstreamModel: string | undefined;
  readonly notes: readonly TranslationNote[];
  readonly attempts: readonly AttemptRecord[];
  /** US dollars at list price; null when the model has none. */
  readonly cost: number | null;
}
