import type { AccountAccess } from './account-probe.ts';
import { creditsLeftOf } from './core/credits.ts';
import type { Endpoint } from './core/endpoint.ts';
import type { CreditsForecast } from './core/forecast.ts';
import type { PoolCore } from './core/pool-core.ts';
import type { Slot, SlotSettings } from './core/slot.ts';
import type { Credential } from './credential.ts';
import { CredentialChecks } from './credential-checks.ts';
import { CredentialEditor } from './credential-editor.ts';
import {
  type CredentialView,
  countPool,
  countRoutes,
  type PoolCounts,
  type RouteCounts,
  viewCredential,
} from './credential-view.ts';
import type { Lease, LeaseRequest } from './lease.ts';
import { LeaseIssuer } from './lease-issuer.ts';
import type { CredentialEdit, ImportedLine, NewCredential, Pool, PoolOptions } from './pool-contract.ts';
import { adoptParts, readParts } from './shared/known-parts.ts';
import { SharedLearning } from './shared/shared-learning.ts';
import { StateKeeper } from './state-keeper.ts';
import { encodeState, readPlaces, restoreState } from './stored-state.ts';
import type { CredentialTestResult } from './test-credential.ts';
import { UseRecorder } from './use-recorder.ts';

/** Connects the parts of the pool: leases, credit checks, stored state, credential edits. */
export class PoolService implements Pool {
  readonly #options: Required<PoolOptions>;
  readonly #leases: LeaseIssuer;
  readonly #checks: CredentialChecks;
  readonly #keeper: StateKeeper;
  readonly #uses: UseRecorder;
  /** The name by which other replicas know this one. */
  readonly #replica: string;
  /** Set once the stored state is loaded. */
  #learning: SharedLearning | undefined;
  readonly #editor: CredentialEditor;
  #credentials = new Map<string, Credential>();
  /** Serializes reads of the store, so that an earlier read never overwrites a later one. */
  #loading: Promise<void> = Promise.resolve();

  constructor(options: Required<PoolOptions>) {
    this.#options = options;
    const { clock, random, timers, settings, store, onError } = options;
    const credential = (id: string) => this.#credentials.get(id);
    this.#replica = options.shared === undefined ? '' : options.createId();
    this.#leases = new LeaseIssuer({
      clock,
      random,
      timers,
      settings,
      shared: options.shared,
      replica: this.#replica,
      credential,
      onChanged: (slot) => this.#changed(slot),
      onReleased: (grant, outcome) => this.#checks.noteOutcome(grant, outcome),
    });
    this.#checks = new CredentialChecks({
      ...options,
      leases: this.#leases,
      credential,
      onChanged: (slot) => this.#changed(slot),
    });
    this.#keeper = new StateKeeper({
      timers,
      encode: (id) => this.#encode(id),
      save: (states) => store.saveStates(states),
      onError,
    });
    this.#editor = new CredentialEditor({ store, createId: options.createId, clock });
    this.#uses = new UseRecorder({
      timers,
      store,
      slots: () => this.#core.slots,
      // The saved state includes the credential's current conversations.
      onUsed: (slot) => this.#keeper.markDirty(slot.settings.id),
      onError,
    });
  }

  get #core(): PoolCore {
    return this.#leases.core;
  }

  async load(): Promise<void> {
    const [, states] = await Promise.all([this.reload(), this.#options.store.loadStates()]);
    for (const { credentialId, state } of states) this.#restore(credentialId, state);
    this.#shareLearning();
    this.#uses.start();
  }

  lease(request: LeaseRequest): Lease | Promise<Lease> {
    return this.#leases.lease(request);
  }

  probe(id: string, endpoint: Endpoint): Lease | undefined {
    const slot = this.#core.slot(id);
    const credential = this.#credentials.get(id);
    return slot === undefined || credential === undefined ? undefined : this.#leases.probe(slot, credential, endpoint);
  }

  counts(): PoolCounts {
    return countPool(this.#core.slots, this.#core.waiting, this.#options.clock());
  }

  routeCounts(): RouteCounts[] {
    return countRoutes(this.#core.slots, this.#options.clock());
  }

  forecast(): CreditsForecast {
    return this.#checks.forecast();
  }

  list(): CredentialView[] {
    return [...this.#credentials.keys()].flatMap((id) => this.get(id) ?? []);
  }

  get(id: string): CredentialView | undefined {
    const credential = this.#credentials.get(id);
    const slot = this.#core.slot(id);
    if (credential === undefined || slot === undefined) return undefined;
    return viewCredential(credential, slot, this.#checks.meter.record(id), this.#options.clock());
  }

  async add(added: NewCredential): Promise<CredentialView> {
    const { id } = await this.#editor.insert(added);
    await this.reload();
    // Check it now: the admin wants to see whether it works.
    this.#checks.meter.checkBy(id, this.#options.clock());
    const view = this.get(id);
    if (view === undefined) throw new Error('The credential was deleted while it was being added.');
    return view;
  }

  async addMany(credentials: readonly NewCredential[], signal?: AbortSignal): Promise<boolean[]> {
    try {
      return await this.#editor.insertMany(credentials, signal);
    } finally {
      // The ones before a failed insert have been added.
      await this.reload();
    }
  }

  async edit(id: string, changes: CredentialEdit): Promise<CredentialView | undefined> {
    const { token, tokenExpiresAt = null } = changes;
    const isNewToken = token !== undefined && token !== this.#credentials.get(id)?.token;
    if (!(await this.#options.store.update(id, isNewToken ? { ...changes, tokenExpiresAt } : changes)))
      return undefined;
    await this.reload();
    return this.get(id);
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.#options.store.delete(id);
    await this.reload();
    return removed;
  }

  async importText(text: string): Promise<ImportedLine[]> {
    const known = [...this.#credentials.values()].map(({ email }) => email);
    try {
      return await this.#editor.importText(text, known);
    } finally {
      // The lines before a failed insert have been added.
      await this.reload();
    }
  }

  reset(id: string): CredentialView | undefined {
    const slot = this.#core.slot(id);
    if (slot === undefined) return undefined;
    this.#core.forget(slot, this.#options.clock());
    this.#leases.tick();
    return this.get(id);
  }

  resetRoute(id: string, route: string): CredentialView | undefined {
    const slot = this.#core.slot(id);
    if (slot === undefined) return undefined;
    this.#core.forgetRoute(slot, route, this.#options.clock());
    this.#leases.tick();
    return this.get(id);
  }

  async test(id: string, signal: AbortSignal): Promise<CredentialTestResult | undefined> {
    const credential = this.#credentials.get(id);
    return credential === undefined ? undefined : await this.#checks.test(credential, signal);
  }

  tryOut(account: AccountAccess, signal: AbortSignal): Promise<CredentialTestResult> {
    return this.#checks.tryOut(account, signal);
  }

  reload(): Promise<void> {
    const read = () => this.#read();
    this.#loading = this.#loading.then(read, read);
    return this.#loading;
  }

  async close(): Promise<void> {
    this.#checks.meter.close();
    this.#leases.close();
    this.#learning?.close();
    await this.#loading.catch(() => undefined);
    await this.#uses.close();
    await this.#keeper.close();
  }

  async #read(): Promise<void> {
    const credentials = await this.#options.store.list();
    const before = this.#credentials;
    this.#credentials = new Map(credentials.map((credential) => [credential.id, credential]));
    this.#core.configure(credentials.map(slotSettingsOf), this.#options.clock());
    const ids = credentials.map(({ id }) => id);
    this.#checks.meter.track(ids);
    this.#learning?.track(ids);
    for (const { id, email, token } of credentials) {
      const known = before.get(id);
      if (known === undefined || (known.email === email && known.token === token)) continue;
      const slot = this.#core.slot(id);
      if (slot !== undefined) this.#core.forget(slot, this.#options.clock());
      this.#checks.meter.forget(id);
      this.#learning?.renew(id);
    }
    this.#checks.checkUnusable();
    this.#leases.tick();
    this.#options.onChange();
  }

  #restore(id: string, state: unknown): void {
    const slot = this.#core.slot(id);
    const credential = this.#credentials.get(id);
    if (slot === undefined || credential === undefined) return;
    const now = this.#options.clock();
    const record = restoreState(slot, credential, state, now, (part) => {
      const what = part === '' ? 'The stored state' : `The stored ${part}`;
      this.#options.warn(`${what} of the credential ${id} is not readable by this version and is discarded.`);
    });
    if (record !== undefined) {
      this.#checks.meter.restore(id, record);
      slot.creditsLeft = creditsLeftOf(record.report);
    }
    this.#core.affinity.restore(id, readPlaces(credential, state), now);
    this.#checks.scheduleRecheck(slot);
  }

  #changed(slot: Slot): void {
    this.#keeper.markDirty(slot.settings.id);
    this.#learning?.markChanged(slot.settings.id);
    this.#checks.scheduleRecheck(slot);
    this.#options.onChange();
  }

  #shareLearning(): void {
    const { shared, clock, timers } = this.#options;
    if (shared === undefined) return;
    this.#learning = new SharedLearning({
      news: shared.news,
      clock,
      timers,
      replica: this.#replica,
      read: (id) => {
        const slot = this.#core.slot(id);
        const credential = this.#credentials.get(id);
        return slot && credential && readParts(slot, credential, this.#checks.meter.record(id));
      },
      adopt: (id, parts) => this.#adopt(id, parts),
    });
    this.#learning.track([...this.#credentials.keys()]);
    this.#learning.ask();
  }

  #adopt(id: string, parts: ReadonlyMap<string, unknown>): void {
    const slot = this.#core.slot(id);
    if (slot === undefined) return;
    const now = this.#options.clock();
    this.#core.adopt((latest) => {
      const record = adoptParts(slot, parts, latest, now);
      if (record === undefined) return;
      this.#checks.meter.adopt(id, record);
      slot.creditsLeft = creditsLeftOf(record.report);
    }, now);
    this.#leases.tick();
    this.#checks.scheduleRecheck(slot);
    this.#options.onChange();
  }

  #encode(id: string): unknown {
    const slot = this.#core.slot(id);
    const credential = this.#credentials.get(id);
    if (slot === undefined || credential === undefined) return undefined;
    const places = this.#core.affinity.placesOf(id, this.#options.clock(), maxStoredPlaces);
    return encodeState(slot, credential, this.#checks.meter.record(id), places);
  }
}

/** Maximum conversations per credential that are stored across a restart. */
const maxStoredPlaces = 200;

function slotSettingsOf(credential: Credential): SlotSettings {
  const { id, email, enabled, draining, weight, maxConcurrency } = credential;
  return { id, label: credential.label || email, enabled, draining, weight, maxConcurrency };
}
