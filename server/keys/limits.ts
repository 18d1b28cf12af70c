import { type Clock, systemClock } from '../lib/clock.ts';
import { createLocalState } from '../shared-state/local/local-state.ts';
import type { Places, SharedState } from '../shared-state/shared-state.ts';
import { checkAccess } from './access.ts';
import { type BudgetSource, type Budgets, createBudgets, hasBudget } from './budget.ts';
import type { ApiKey, KeyLimits } from './key.ts';
import { LimitFailure } from './limit-failure.ts';
import { type Taken, takeFromWindow, type WindowStates } from './windows.ts';

/** What the limits are asked about. */
export interface AdmissionRequest {
  /** The id that was asked for and the other names of the same model. */
  readonly models: readonly string[];
  /** The client's. */
  readonly address: string;
  /** Answers that are asked for: each counts as a request under way. */
  readonly choices: number;
  /** Asked for only where a limit counts tokens. */
  readonly estimateInputTokens: () => number;
  /** At list price. Asked for only where a budget counts them. */
  readonly estimateDollars: (inputTokens: number) => number;
}

/** A request that its key's limits let in. */
export interface Admission {
  /** How the limits per minute stand; absent where there is none. */
  readonly limits: WindowStates;
  /** Books what was really used; once. @param dollars at list price */
  settle(tokens: number, dollars: number): void;
  /** Ends the request and returns what was reserved for it. Calling it again has no effect. */
  release(): void;
}

export interface KeyLimiter {
  /**
   * Synchronous for a key without limits.
   * @throws LimitFailure `permission` for models and addresses, `rate-limited` or `quota-exhausted` for the rest
   */
  admit(key: ApiKey, request: AdmissionRequest): Admission | Promise<Admission>;
}

export interface KeyLimiterOptions {
  readonly budgetSource: BudgetSource;
  readonly clock?: Clock;
  /** What is counted together with other replicas; by default there are none. */
  readonly shared?: Pick<SharedState, 'counter' | 'budgets' | 'places'>;
  /** Told when the ledger cannot say what a key has used. */
  readonly onError?: (error: unknown) => void;
}

const unlimited: Admission = { limits: {}, settle: () => {}, release: () => {} };

/** Seconds: a place may become free any moment. */
const retryForPlace = 1;
/** Seconds. */
const minute = 60;

/** Keeps every key to its limits, which all replicas count on together. */
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
  readonly takenTokens: Taken | undefined;
  readonly takenRequest: Taken | undefined;
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
      // It was never settled, so nothing was used.
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
 * Takes the places of a request among those that the key has under way.
 *
 * @returns gives them back
 * @throws LimitFailure `rate-limited` when fewer are left
 */
async function takePlaces(places: Places, key: ApiKey, count: number): Promise<() => void> {
  const limit = key.limits.concurrentRequests;
  if (limit === null) return () => {};
  const taken = await places.take(`key.${key.id}`, count, limit);
  if (taken !== undefined) return () => taken.giveBack();
  const asked = count === 1 ? '' : ` This one counts as ${count}, for so many answers are asked for.`;
  const message = `The API key ${key.masked} has requests under way up to its limit of ${limit}.${asked}`;
  throw new LimitFailure('rate-limited', message, { retryAfterSeconds: retryForPlace });
}

function hasCountedLimit(limits: KeyLimits): boolean {
  const { requestsPerMinute, tokensPerMinute, concurrentRequests } = limits;
  return requestsPerMinute !== null || tokensPerMinute !== null || concurrentRequests !== null || hasBudget(limits);
}

function hasAnyLimit(limits: KeyLimits): boolean {
  return limits.models !== null || limits.addresses !== null || hasCountedLimit(limits);
}
