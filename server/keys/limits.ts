import { type Clock, systemClock } from '../lib/clock.ts';
import { createLocalState } from '../shared-state/local/local-state.ts';
import type { Places, SharedState } from '../shared-state/shared-state.ts';
import { checkAccess } from './access.ts';
import type { BudgetSource } from './account-opener.ts';
import { type Budgets, createBudgets, hasBudget } from './budget.ts';
import type { ApiKey, KeyLimits } from './key.ts';
import { LimitFailure } from './limit-failure.ts';
import { type TakenAmount, takeFromWindow, type WindowStates } from './windows.ts';

/** The properties of a request that limits depend on. */
export interface AdmissionRequest {
  /** The requested name and the other names of the same model. */
  readonly models: readonly string[];
  /** The client's address. */
  readonly address: string;
  /** Number of requested answers. Each counts as a running request. */
  readonly choices: number;
  /** Only called if a limit counts tokens. */
  readonly estimateInputTokens: () => number;
  /** At list price. Only called if a budget counts dollars. */
  readonly estimateDollars: (inputTokens: number) => number;
}

/** A request that was admitted by its key's limits. */
export interface Admission {
  /** The states of the per-minute limits; absent for unlimited. */
  readonly limits: WindowStates;
  /** Records the actual usage. Call once. @param dollars at list price */
  settle(tokens: number, dollars: number): void;
  /** Ends the request and releases its reservations. Further calls have no effect. */
  release(): void;
}

export interface KeyLimiter {
  /**
   * Synchronous for a key without limits.
   * @throws LimitFailure `permission` for models and addresses, else `rate-limited` or `quota-exhausted`
   */
  admit(key: ApiKey, request: AdmissionRequest): Admission | Promise<Admission>;
}

export interface KeyLimiterOptions {
  readonly budgetSource: BudgetSource;
  readonly clock?: Clock;
  /** Counters shared with other replicas. Default: counters of this process. */
  readonly shared?: Pick<SharedState, 'counter' | 'budgets' | 'places'>;
  /** Called if the ledger cannot tell how much a key has used. */
  readonly onError?: (error: unknown) => void;
}

const unlimited: Admission = { limits: {}, settle: () => {}, release: () => {} };

/** Seconds. A slot may become free at any moment. */
const slotRetrySeconds = 1;
/** Seconds. */
const minute = 60;

/** Enforces the limits of every key, counted together by all replicas. */
export function createKeyLimiter(options: KeyLimiterOptions): KeyLimiter {
  const { budgetSource, clock = systemClock, shared = createLocalState(clock), onError = () => {} } = options;
  const counters = { requests: shared.counter('requests', minute), tokens: shared.counter('tokens', minute) };
  const budgets = createBudgets({ shared: shared.budgets, source: budgetSource, clock, onError });

  async function admit(key: ApiKey, request: AdmissionRequest): Promise<Admission> {
    const { requestsPerMinute, tokensPerMinute } = key.limits;
    const countsTokens = tokensPerMinute !== null || hasBudget(key.limits);
    const tokens = countsTokens ? request.estimateInputTokens() : 0;
    const undo: (() => void)[] = [];
    try {
      const free = await takePlaces(shared.places, key, request.choices);
      undo.push(free);
      const reservation = await reserve(budgets, key, tokens, request);
      undo.push(() => reservation?.release());
      const takenTokens =
        tokensPerMinute === null
          ? undefined
          : await takeFromWindow(counters.tokens, key, 'tokens', tokensPerMinute, tokens);
      undo.push(() => takenTokens?.correct(0));
      const takenRequest =
        requestsPerMinute === null
          ? undefined
          : await takeFromWindow(counters.requests, key, 'requests', requestsPerMinute, 1);
      return createAdmission({ free, reservation, takenTokens, takenRequest });
    } catch (error) {
      for (const step of undo) step();
      throw error;
    }
  }

  return {
    admit(key, request) {
      if (!hasBudget(key.limits)) budgets.forget(key.id);
      if (!hasAnyLimit(key.limits)) return unlimited;
      checkAccess(key, request.models, request.address);
      return hasCountedLimit(key.limits) ? admit(key, request) : unlimited;
    },
  };
}

interface Parts {
  readonly free: () => void;
  readonly reservation: Awaited<ReturnType<Budgets['reserve']>> | undefined;
  readonly takenTokens: TakenAmount | undefined;
  readonly takenRequest: TakenAmount | undefined;
}

function createAdmission({ free, reservation, takenTokens, takenRequest }: Parts): Admission {
  let settled = false;
  let released = false;
  return {
    limits: {
      ...(takenRequest && { requests: takenRequest.state }),
      ...(takenTokens && { tokens: takenTokens.state }),
    },
    settle(tokens, dollars) {
      if (settled) return;
      settled = true;
      takenTokens?.correct(tokens);
      reservation?.settle({ tokens, dollars });
    },
    release() {
      if (released) return;
      released = true;
      // The request was never settled, so it used nothing.
      if (!settled) takenTokens?.correct(0);
      settled = true;
      reservation?.release();
      free();
    },
  };
}

function reserve(budgets: Budgets, key: ApiKey, tokens: number, { estimateDollars }: AdmissionRequest) {
  return hasBudget(key.limits) ? budgets.reserve(key, { tokens, dollars: estimateDollars(tokens) }) : undefined;
}

/**
 * Takes one slot per answer of the key's concurrency limit.
 *
 * @returns a function that releases them
 * @throws LimitFailure `rate-limited` if fewer are free
 */
async function takePlaces(places: Places, key: ApiKey, count: number): Promise<() => void> {
  const limit = key.limits.concurrentRequests;
  if (limit === null) return () => {};
  const taken = await places.reserve(`key.${key.id}`, count, limit);
  if (taken !== undefined) return () => taken.release();
  const asked = count === 1 ? '' : ` This one counts as ${count}, because it asks for ${count} answers.`;
  const message = `The API key ${key.masked} has reached its limit of ${limit} concurrent requests.${asked}`;
  throw new LimitFailure('rate-limited', message, { retryAfterSeconds: slotRetrySeconds });
}

function hasCountedLimit(limits: KeyLimits): boolean {
  const { requestsPerMinute, tokensPerMinute, concurrentRequests } = limits;
  return requestsPerMinute !== null || tokensPerMinute !== null || concurrentRequests !== null || hasBudget(limits);
}

function hasAnyLimit(limits: KeyLimits): boolean {
  return limits.models !== null || limits.addresses !== null || hasCountedLimit(limits);
}
