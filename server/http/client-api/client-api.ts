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
    /** The key of a secret; a promise where it has to be looked up first. @throws Failure `authentication` */
    verify(secret: string | undefined): ApiKey | Promise<ApiKey>;
  };
  readonly limiter: Pick<KeyLimiter, 'admit'>;
  readonly catalogue: Pick<Catalogue, 'find' | 'list'>;
  readonly exchange: Exchange;
  readonly estimator: Pick<TokenEstimator, 'countInput' | 'guessFactor'>;
  readonly bodyBudget: BodyBudget;
  readonly memory: Pick<AnswerMemory, 'isOn' | 'keep' | 'recall' | 'forget'>;
  /** Seals what clients carry for this gateway. */
  readonly vault: Vault;
  readonly running: RunningRequests;
  readonly stalledReaders: StalledReaders;
  readonly settings: () => Settings;
  readonly clock: Clock;
}

/** Who asks, and what they may. */
export interface Caller {
  /** null: the admin in the playground. */
  readonly keyId: string | null;
  readonly name: string;
  /** null: as the settings say. */
  readonly promptCaching: PromptCaching | null;
  /** @throws Failure when a limit forbids the request */
  admit(request: AdmissionRequest): Admission | Promise<Admission>;
  /** Whether a fallback to this model is open to the caller. @param model its id */
  mayUse(model: string): boolean;
  /** True while the admin has content logging on for this caller. @param now milliseconds since the epoch */
  logsContent(now: number): boolean;
}

/** The handler of one endpoint. The caller is known by then. */
export type ClientHandler = (request: FastifyRequest, reply: FastifyReply, caller: Caller) => unknown;

export interface AdmissionRequest {
  /** The id that was asked for and the one that it stands for. */
  readonly models: readonly string[];
  readonly address: string;
  /** About how many tokens the request has. */
  readonly guessInputTokens: () => number;
  /** How many answers are asked for. */
  readonly choices: number;
  /** The model's, when it has any. */
  readonly prices: ListPrices | null;
}
