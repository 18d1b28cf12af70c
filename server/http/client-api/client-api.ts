import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { PromptCaching } from '../../conversation/prompt-caching.ts';
import type { Exchange } from '../../exchange/create-exchange.ts';
import type { ApiKey } from '../../keys/key.ts';
import type { Admission, KeyLimiter } from '../../keys/limits.ts';
import type { ListPrices } from '../../ledger/price.ts';
import type { TokenEstimator } from '../../ledger/token-estimator.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Vault } from '../../lib/secrets.ts';
import type { AnswerMemory } from '../../memory/answer-memory.ts';
import type { Settings } from '../../settings/settings.ts';
import type { BodyBudget } from './body-budget.ts';
import type { RunningRequests } from './running-requests.ts';
import type { StalledReaders } from './stalled-readers.ts';

/** What the client API needs from the rest of the application. */
export interface ClientApiServices {
  readonly keys: {
    /** Finds the key for a secret; a promise if it has to be looked up. @throws Failure `authentication` */
    verify(secret: string | undefined): ApiKey | Promise<ApiKey>;
  };
  readonly limiter: Pick<KeyLimiter, 'admit'>;
  readonly catalogue: Pick<Catalogue, 'findModel' | 'list'>;
  readonly exchange: Exchange;
  readonly estimator: Pick<TokenEstimator, 'countInput' | 'guessFactor'>;
  readonly bodyBudget: BodyBudget;
  readonly memory: Pick<AnswerMemory, 'isOn' | 'keep' | 'recall' | 'forget'>;
  /** Encrypts state that clients store for the gateway. */
  readonly vault: Vault;
  readonly running: RunningRequests;
  readonly stalledReaders: StalledReaders;
  readonly settings: () => Settings;
  readonly clock: Clock;
}

/** The sender of a request, and what it may use. */
export interface Caller {
  /** null: the admin in the playground. */
  readonly keyId: string | null;
  readonly name: string;
  /** null: use the global setting. */
  readonly promptCaching: PromptCaching | null;
  /**
   * For requests that count toward no limit; `admit` checks it as well.
   * @throws Failure if the key may not be used from this address
   */
  checkAddress(address: string): void;
  /** @throws Failure if the request exceeds a limit */
  admit(request: AdmissionRequest): Admission | Promise<Admission>;
  /** Whether the caller may fall back to this model. @param model its id */
  mayUse(model: string): boolean;
  /** Whether content logging is on for this caller. @param now milliseconds since the epoch */
  logsContent(now: number): boolean;
}

/** Handles one endpoint, after the caller was authenticated. */
export type ClientHandler = (request: FastifyRequest, reply: FastifyReply, caller: Caller) => unknown;

export interface AdmissionRequest {
  /** The requested model name and the id that it resolves to. */
  readonly models: readonly string[];
  readonly address: string;
  /** Estimates the request's input tokens. */
  readonly guessInputTokens: () => number;
  /** The number of answers requested. */
  readonly choices: number;
  /** The model's list prices; null if unknown. */
  readonly prices: ListPrices | null;
}
