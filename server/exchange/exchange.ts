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

/** The exchange's dependencies on the rest of the application. */
export interface ExchangeDependencies {
  readonly catalogue: Pick<Catalogue, 'findModel'>;
  readonly pool: Pick<Pool, 'lease'>;
  readonly client: Pick<UpstreamClient, 'send'>;
  readonly routes: ReadonlyMap<string, UpstreamRoute>;
  /** Members that models are known to refuse. */
  readonly refusedMembers: RefusedMembers;
  /** Keeps reasoning proofs for clients whose dialect cannot carry them. */
  readonly proofs: ProofMemory;
  readonly settings: () => Settings;
  readonly estimator: Pick<TokenEstimator, 'countInput' | 'countOutput' | 'guessFactor' | 'wantsRequest' | 'learn'>;
  /** Records the finished exchange; must not throw or block. */
  readonly record: (record: UsageRecord) => void;
  /** Called with the number of running exchanges on each change. */
  readonly onRunning?: (running: number) => void;
  readonly clock: Clock;
}

/** The request's sender and time: everything known before the body is read. */
export interface Requester {
  /** The request id, also used as the exchange's id. */
  readonly id: string;
  /** When the request arrived; milliseconds since the epoch. */
  readonly startedAt: number;
  readonly dialect: string;
  /** Null for the admin in the playground. */
  readonly keyId: string | null;
  readonly keyName: string;
  readonly clientAddress: string;
  readonly userAgent: string;
  /** The HTTP status for a failure in the client's dialect. */
  readonly statusOf: (failure: Failure) => number;
  /** Names the part of an event that the client does not get, because its API has no field for it. */
  readonly lossOf?: (event: ConversationEvent) => string | undefined;
}

/** The known parts of a refused request; empty when the body could not be read. */
export type RefusedRequest = Pick<RequestSource, 'model' | 'stream'>;

/** One request, decoded and admitted. */
export interface ExchangeInput extends Requester {
  readonly request: RequestSource;
  /** Guesses the input tokens without decoding the request, also after its body was released. */
  readonly guessInputTokens: () => number;
  readonly notes: readonly TranslationNote[];
  /** Whether the answer may be relayed frame by frame if the upstream uses the client's dialect. */
  readonly relaysAnswers: boolean;
  readonly promptCaching: PromptCaching;
  /** Whether the key may use this model as a fallback; `request.model` has already been checked. */
  readonly mayUse: (model: string) => boolean;
  /** Aborted when the client leaves. */
  readonly signal: Cancellation;
  /** The request's text, only while content logging is on for the key. */
  readonly loggedRequest: string | null;
}

/** Receives the events of a streaming answer. `open` commits the answer and comes before the first `writeEvents`. */
export interface AnswerSink {
  open(report: OpeningReport): void;
  /**
   * @param resume call this when the client has caught up, after `writeEvents` returned false
   * @returns false when the client is behind, to pause reading
   */
  writeEvents(events: readonly ConversationEvent[], resume: () => void): boolean;
}

/** The state when the answer is committed. */
export interface OpeningReport {
  readonly upstreamModel: string | undefined;
  readonly notes: readonly TranslationNote[];
  /** The last attempt is the one that is answering. */
  readonly attempts: readonly AttemptRecord[];
  /** The usage reported so far. */
  readonly usage: Usage | undefined;
  /** The answer arrives as frames in the client's dialect. */
  readonly relayed: boolean;
}

/** The result of an exchange. */
export interface ExchangeReport {
  readonly outcome: 'success' | 'failure' | 'aborted';
  /** Set when the outcome is `failure`. */
  readonly failure: Failure | undefined;
  /** True when the sink was opened; a failure is then reported inside the stream. */
  readonly committed: boolean;
  /** The whole answer of a successful exchange without streaming. */
  readonly answer: ConversationAnswer | undefined;
  readonly usage: Usage;
  readonly upstreamModel: string | undefined;
  readonly notes: readonly TranslationNote[];
  readonly attempts: readonly AttemptRecord[];
  /** US dollars at list price; null when the model has none. */
  readonly cost: number | null;
}
