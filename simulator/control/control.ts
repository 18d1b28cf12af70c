import type { Credential } from '../account/authentication.ts';
import type { Settings } from '../behaviour.ts';
import type { CacheFilter, CacheReport } from '../cache/cache-ledger.ts';
import type { SimulatorCore } from '../handle-request.ts';
import type { RecordedRequest, RequestOutcome } from './recorder.ts';

/** Activity of one credential since the last reset. Credits are those spent by answers. */
export type CredentialState = {
  readonly email: string;
  readonly requests: number;
  readonly inFlight: number;
  readonly peakInFlight: number;
  readonly windowCredits: number;
  readonly totalCredits: number;
};

export type SimulatorState = {
  readonly requests: number;
  readonly inFlight: number;
  readonly credentials: readonly CredentialState[];
};

export type WaitOptions = { readonly timeoutMs?: number };

/** Drives a running simulator from inside the same process; the control endpoint offers the same over HTTP. */
export type SimulatorControl = {
  /** Knobs for every request; replaces those set before. */
  setDefault(settings: Settings): void;
  /** Knobs for a model (its upstream id); null removes them. */
  setModel(model: string, settings: Settings | null): void;
  /** Knobs for a credential; null removes them. Its account is reset. */
  setCredential(email: string, settings: Settings | null): void;
  /** Knobs for the next model requests, one set each. They override everything else. */
  next(...settings: readonly Settings[]): void;
  /**
   * Sets the model's steps in a tool loop, which override everything else: the first step answers a conversation
   * without tool results, the second one a conversation with one result, and so on; the last step repeats. A step that
   * names a tool (`tool-name`) calls it, any other calls none. Only requests with tools follow the script. Without
   * steps, the script is removed.
   */
  script(...steps: readonly Settings[]): void;
  /** Refuses all other credentials with 401; null accepts any again. */
  allowOnly(credentials: readonly Credential[] | null): void;
  /** The recorded requests, oldest first. */
  requests(
    filter?: Partial<Pick<RecordedRequest, 'kind' | 'route' | 'email' | 'outcome' | 'model'>>,
  ): readonly RecordedRequest[];
  /** The latest model request; throws when there is none. */
  lastRequest(): RecordedRequest;
  clearRequests(): void;
  state(): SimulatorState;
  /** Resolves with the first recorded request that matches, now or later; rejects after 15 s or `timeoutMs`. */
  waitForRequest(isWanted: (request: RecordedRequest) => boolean, options?: WaitOptions): Promise<RecordedRequest>;
  /** Resolves when request `number` (null: any model request) has the outcome. */
  waitForOutcome(outcome: RequestOutcome, number?: number | null, options?: WaitOptions): Promise<RecordedRequest>;
  /** Resolves when the condition on the state holds. */
  waitForState(isMet: (state: SimulatorState) => boolean, options?: WaitOptions): Promise<SimulatorState>;
  /** Tokens served by the prompt caches, and by perfect ones. */
  cacheReport(filter?: CacheFilter): CacheReport;
  /**
   * Moves the simulator's clock forward, or back if negative. Windows, timed faults, doors and caches use this clock.
   */
  advanceClock(milliseconds: number): void;
  /** Resets `peakInFlight` to the number in flight now. */
  forgetPeaks(): void;
  /** Resets everything: knobs, accounts, requests, allowed credentials, counters. Requests in flight continue. */
  reset(): void;
};

const defaultTimeoutMs = 15_000;

/** Makes the control of a simulator. */
export function createControl(core: SimulatorCore): SimulatorControl {
  const { configuration, accounts, recorder } = core;
  const list: SimulatorControl['requests'] = (filter = {}) => {
    const wanted = Object.entries(filter);
    return recorder.list().filter((request) => wanted.every(([name, value]) => Reflect.get(request, name) === value));
  };
  const waitForRequest: SimulatorControl['waitForRequest'] = (isWanted, { timeoutMs = defaultTimeoutMs } = {}) =>
    recorder.waitForRequest(isWanted, 'a request that meets a condition', timeoutMs);
  return {
    setDefault: (settings) => {
      configuration.default = settings;
    },
    setModel: (model, settings) => replace(configuration.models, model, settings),
    setCredential: (email, settings) => {
      replace(configuration.credentials, email, settings);
      accounts.restart(email);
    },
    next: (...settings) => {
      configuration.next.push(...settings);
    },
    script: (...steps) => {
      configuration.script = steps;
    },
    allowOnly: (credentials) => {
      core.allowedCredentials = credentials;
    },
    requests: list,
    lastRequest: () => {
      const last = list({ kind: 'model' }).at(-1);
      if (last === undefined) throw new Error('The simulator has recorded no model request');
      return last;
    },
    clearRequests: () => recorder.clear(),
    state: () => readState(core),
    waitForRequest,
    waitForOutcome: (outcome, number = null, options = {}) =>
      waitForRequest(
        (request) =>
          request.outcome === outcome && (number === null ? request.kind === 'model' : request.number === number),
        options,
      ),
    waitForState: (isMet, { timeoutMs = defaultTimeoutMs } = {}) =>
      recorder.waitFor(
        () => {
          const state = readState(core);
          return isMet(state) && state;
        },
        'a state that meets a condition',
        timeoutMs,
      ),
    cacheReport: (filter) => core.caches.ledger.report(filter),
    advanceClock: (milliseconds) => core.clock.advance(milliseconds),
    forgetPeaks: () => accounts.forgetPeaks(),
    reset: () => {
      core.clock.reset();
      core.caches.cache.clear();
      core.caches.ledger.clear();
      configuration.clear();
      accounts.clear();
      core.allowedCredentials = null;
      core.answers = 0;
      recorder.clear();
    },
  };
}

function replace(held: Map<string, Settings>, name: string, settings: Settings | null): void {
  if (settings === null) held.delete(name);
  else held.set(name, settings);
}

function readState({ accounts, recorder }: SimulatorCore): SimulatorState {
  const credentials = accounts
    .list()
    .map(({ email, requests, inFlight, peakInFlight, windowCredits, totalCredits }) => ({
      email,
      requests,
      inFlight,
      peakInFlight,
      windowCredits,
      totalCredits,
    }));
  return {
    requests: recorder.count,
    inFlight: credentials.reduce((sum, { inFlight }) => sum + inFlight, 0),
    credentials,
  };
}
