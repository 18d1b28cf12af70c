import { Failure, type FailureOptions, type Fault } from '../../conversation/failure.ts';
import type { PoolSettings } from '../../settings/settings.ts';
import type { Credential } from '../credential.ts';
import type { Lease, LeaseRequest } from '../lease.ts';
import { createPool, type Pool, TriedEndpoints } from '../pool.ts';
import { endpointsOf, testSettings } from './core-harness.ts';
import { FakeProbe } from './fake-probe.ts';
import { ManualTimers } from './manual-timers.ts';
import { MemoryCredentialStore } from './memory-credential-store.ts';

export function testCredential(id: string, changes: Partial<Credential> = {}): Credential {
  return {
    id,
    label: `label of ${id}`,
    email: `${id}@example.com`,
    token: `token-of-${id}`,
    tokenExpiresAt: null,
    cloudId: null,
    enabled: true,
    draining: false,
    weight: 1,
    maxConcurrency: null,
    createdAt: id.charCodeAt(0),
    lastUsedAt: null,
    ...changes,
  };
}

export function failure(fault: Fault, options: FailureOptions = {}): Failure {
  return new Failure('upstream-unavailable', `a ${fault} failure`, { fault, scope: 'account', ...options });
}

/** A pool on an in-memory store, with time and accounts controlled by the test. */
export class PoolBench {
  readonly timers = new ManualTimers();
  readonly probe = new FakeProbe();
  readonly errors: unknown[] = [];
  readonly warnings: string[] = [];
  readonly store: MemoryCredentialStore;
  changes = 0;
  settings: PoolSettings;
  #pool: Pool | undefined;

  private constructor(store: MemoryCredentialStore, settings: Partial<PoolSettings>) {
    this.store = store;
    this.settings = { ...testSettings, ...settings };
  }

  static async start(
    credentials: readonly Credential[] = [],
    settings: Partial<PoolSettings> = {},
  ): Promise<PoolBench> {
    const bench = new PoolBench(new MemoryCredentialStore(credentials), settings);
    await bench.restart();
    return bench;
  }

  get pool(): Pool {
    if (this.#pool === undefined) throw new Error('The pool was not started.');
    return this.#pool;
  }

  /** Starts another pool on the same store, as after a crash: the previous one is not closed. */
  async restart(): Promise<void> {
    this.timers.clearAll();
    let created = 0;
    this.#pool = await createPool({
      store: this.store,
      accounts: this.probe,
      settings: () => this.settings,
      clock: this.timers.clock,
      random: () => 0.5,
      timers: this.timers,
      createId: () => `new${++created}`,
      onChange: () => {
        this.changes += 1;
      },
      warn: (message) => this.warnings.push(message),
      onError: (error) => this.errors.push(error),
    });
  }

  request(changes: Partial<LeaseRequest> = {}): Lease | Promise<Lease> {
    return this.pool.lease({
      endpoints: endpointsOf('model'),
      exclude: new TriedEndpoints(),
      signal: new AbortController().signal,
      deadline: this.timers.now + 600_000,
      ...changes,
    });
  }

  /** A lease that must be granted immediately. */
  lease(changes: Partial<LeaseRequest> = {}): Lease {
    const lease = this.request(changes);
    if (lease instanceof Promise) throw new Error('The request has to wait.');
    return lease;
  }

  /** The failure of a lease that must be refused immediately. */
  refusal(changes: Partial<LeaseRequest> = {}): Failure {
    try {
      this.lease(changes);
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
    throw new Error('The request was not refused.');
  }

  fail(fault: Fault, options: FailureOptions = {}, request: Partial<LeaseRequest> = {}): void {
    this.lease(request).release({ type: 'failure', failure: failure(fault, options) });
  }

  state(id: string) {
    return this.pool.get(id)?.state;
  }
}
