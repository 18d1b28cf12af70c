import type { PoolSettings } from '../../settings/settings.ts';
import { createLocalState } from '../../shared-state/local/local-state.ts';
import type { Credential } from '../credential.ts';
import type { Lease, LeaseRequest } from '../lease.ts';
import { createPool, type Pool, TriedEndpoints } from '../pool.ts';
import type { SharedPool } from '../pool-contract.ts';
import { endpointsOf, testSettings } from './core-harness.ts';
import { FakeProbe } from './fake-probe.ts';
import { ManualTimers } from './manual-timers.ts';
import { MemoryCredentialStore } from './memory-credential-store.ts';

type Listener = (data: unknown) => void;

/** Milliseconds from a replica to the shared state, and back. */
const latency = 1;

/** In-memory shared state of replicas, with latency and connections that can be cut. */
export class SharedHub {
  readonly #timers: ManualTimers;
  readonly #local;
  readonly #listeners = new Map<string, Map<string, Set<Listener>>>();
  readonly #gapListeners = new Map<string, Set<() => void>>();
  readonly #deaf = new Set<string>();
  /** Latencies of slower replicas; milliseconds. */
  readonly latencies = new Map<string, number>();
  readonly #duties = new Map<string, { replica: string; until: number }>();

  constructor(timers: ManualTimers) {
    this.#timers = timers;
    this.#local = createLocalState(timers.clock);
  }

  connect(replica: string): SharedPool {
    const { places, notes } = this.#local;
    this.#listeners.set(replica, new Map());
    this.#gapListeners.set(replica, new Set());
    return {
      places: {
        reserve: async (name, count, limit) => {
          await this.#away(replica);
          const taken = await places.reserve(name, count, limit);
          await this.#away(replica);
          return taken;
        },
      },
      notes,
      news: {
        publish: (topic, data) => this.#publish(replica, topic, JSON.stringify(data)),
        subscribe: (topic, listener) => {
          const listeners = this.#listeners.get(replica)?.get(topic) ?? new Set();
          listeners.add(listener);
          this.#listeners.get(replica)?.set(topic, listeners);
          return () => listeners.delete(listener);
        },
        onGap: (listener) => {
          this.#gapListeners.get(replica)?.add(listener);
          return () => this.#gapListeners.get(replica)?.delete(listener);
        },
      },
      duties: {
        claim: async (duty, milliseconds) => {
          const now = this.#timers.clock();
          const known = this.#duties.get(duty);
          if (known !== undefined && known.replica !== replica && known.until > now) return false;
          this.#duties.set(duty, { replica, until: now + milliseconds });
          return true;
        },
      },
    };
  }

  /** Stops delivering messages to the replica. */
  cut(replica: string): void {
    this.#deaf.add(replica);
  }

  mend(replica: string): void {
    this.#deaf.delete(replica);
    for (const listener of this.#gapListeners.get(replica) ?? []) listener();
  }

  #publish(from: string, topic: string, text: string): void {
    this.#timers.set(() => {
      for (const [replica, topics] of this.#listeners) {
        if (replica === from || this.#deaf.has(replica)) continue;
        for (const listener of topics.get(topic) ?? []) listener(JSON.parse(text));
      }
    }, latency);
  }

  #away(replica: string): Promise<void> {
    return new Promise((resolve) => this.#timers.set(resolve, this.latencies.get(replica) ?? latency));
  }
}

/** The pools of several replicas on one store. */
export class ReplicaPools {
  readonly timers = new ManualTimers();
  readonly hub = new SharedHub(this.timers);
  readonly probe = new FakeProbe();
  readonly errors: unknown[] = [];
  readonly store: MemoryCredentialStore;
  readonly pools: Pool[] = [];
  settings: PoolSettings;

  private constructor(store: MemoryCredentialStore, settings: Partial<PoolSettings>) {
    this.store = store;
    this.settings = { ...testSettings, ...settings };
  }

  static async start(
    count: number,
    credentials: readonly Credential[],
    settings: Partial<PoolSettings> = {},
  ): Promise<ReplicaPools> {
    const replicas = new ReplicaPools(new MemoryCredentialStore(credentials), settings);
    for (let index = 0; index < count; index += 1) await replicas.add();
    return replicas;
  }

  async add(): Promise<Pool> {
    const name = `replica${this.pools.length}`;
    const pool = await createPool({
      store: this.store,
      accounts: this.probe,
      settings: () => this.settings,
      clock: this.timers.clock,
      random: () => 0.5,
      timers: this.timers,
      createId: () => name,
      onError: (error) => this.errors.push(error),
      shared: this.hub.connect(name),
    });
    this.pools.push(pool);
    return pool;
  }

  pool(index: number): Pool {
    const pool = this.pools[index];
    if (pool === undefined) throw new Error(`There is no replica ${index}.`);
    return pool;
  }

  async request(index: number, changes: Partial<LeaseRequest> = {}): Promise<Lease> {
    return this.pool(index).lease({
      endpoints: endpointsOf('model'),
      exclude: new TriedEndpoints(),
      signal: new AbortController().signal,
      deadline: this.timers.now + 600_000,
      ...changes,
    });
  }

  /** A lease, after any wait. */
  async lease(index: number, changes: Partial<LeaseRequest> = {}): Promise<Lease> {
    const waiting = this.request(index, changes);
    for (;;) {
      const lease = await Promise.race([waiting, this.timers.advance(1)]);
      if (lease !== undefined) return lease;
    }
  }

  stateOf(index: number, id: string) {
    return this.pool(index).get(id)?.state;
  }
}
