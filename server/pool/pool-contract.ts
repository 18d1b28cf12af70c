import type { Clock } from '../lib/clock.ts';
import type { CreateId } from '../lib/ids.ts';
import type { PoolSettings } from '../settings/settings.ts';
import type { SharedState } from '../shared-state/shared-state.ts';
import type { AccountAccess, AccountProbe } from './account-probe.ts';
import type { Endpoint } from './core/endpoint.ts';
import type { CreditsForecast } from './core/forecast.ts';
import type { Credential, CredentialChanges, CredentialStore } from './credential.ts';
import type { CredentialView, PoolCounts, RouteCounts } from './credential-view.ts';
import type { Lease, LeaseRequest } from './lease.ts';
import type { CredentialTestResult } from './test-credential.ts';
import type { Timers } from './timers.ts';

/** What is needed to add a credential; the rest has defaults. */
export type NewCredential = Pick<Credential, 'email' | 'token'> &
  Partial<Pick<Credential, 'label' | 'tokenExpiresAt' | 'cloudId' | 'weight' | 'maxConcurrency' | 'enabled'>>;

/**
 * What the owner may change. A changed email or token is a new chance: what was learned is forgotten. A changed token
 * without an expiry of its own has none: the one that was stated was the old token's.
 */
export type CredentialEdit = Omit<CredentialChanges, 'lastUsedAt'>;

export interface ImportedLine {
  /** From 1. */
  readonly line: number;
  readonly status: 'added' | 'duplicate' | 'invalid';
  readonly email?: string;
  readonly message?: string;
}

/** The owner's credentials at work: who takes which request, who is out and until when. */
export interface Pool {
  /**
   * A credential for one attempt: at once when one is free, else a promise while the request waits its turn.
   *
   * @throws PoolExhausted when there is none, or none in time; a failure with fault `client` when the signal was aborted
   */
  lease(request: LeaseRequest): Lease | Promise<Lease>;

  /**
   * A credential at once by this endpoint, whatever speaks against it: for what the admin wants to know.
   *
   * @returns undefined when there is none of that id
   */
  probe(id: string, endpoint: Endpoint): Lease | undefined;

  counts(): PoolCounts;
  /** Of each route that was used. */
  routeCounts(): RouteCounts[];
  /** Credits over all enabled credentials, and when they run out at the present rate. */
  forecast(): CreditsForecast;
  /** Oldest first. */
  list(): CredentialView[];
  get(id: string): CredentialView | undefined;

  /** @throws CredentialExists when the email is taken */
  add(credential: NewCredential): Promise<CredentialView>;
  /**
   * Also enables, disables and drains.
   *
   * @returns undefined when there is none of that id
   * @throws CredentialExists when the email is taken
   */
  edit(id: string, changes: CredentialEdit): Promise<CredentialView | undefined>;
  /**
   * Adds many at once, those whose email is taken aside.
   *
   * @param signal stops between two of them
   * @returns whether each was added; fewer than were given when the signal stopped it
   */
  addMany(credentials: readonly NewCredential[], signal?: AbortSignal): Promise<boolean[]>;
  /** Requests in flight end undisturbed. @returns false when there is none of that id */
  remove(id: string): Promise<boolean>;
  /** Adds many at once, see `parseImport`. */
  importText(text: string): Promise<ImportedLine[]>;
  /** Forgets cool-downs, causes and learned limits. @returns undefined when there is none of that id */
  reset(id: string): CredentialView | undefined;
  /** The same for one of its routes. */
  resetRoute(id: string, route: string): CredentialView | undefined;
  /** Asks the account endpoints now. A good test brings an invalid or blocked credential back. */
  test(id: string, signal: AbortSignal): Promise<CredentialTestResult | undefined>;
  /** The same for what is not in the pool. */
  tryOut(account: AccountAccess, signal: AbortSignal): Promise<CredentialTestResult>;

  /** Takes in what was changed in the store by others; what is known of unchanged credentials is kept. */
  reload(): Promise<void>;
  /** Writes what was learned, and ends the background work. Leases may still be released. */
  close(): Promise<void>;
}

/** What a pool counts and knows together with those of other replicas. */
export type SharedPool = Pick<SharedState, 'places' | 'notes' | 'news' | 'duties'>;

export interface PoolOptions {
  readonly store: CredentialStore;
  readonly accounts: AccountProbe;
  readonly settings: () => PoolSettings;
  readonly clock?: Clock;
  /** 0 to 1. */
  readonly random?: () => number;
  readonly timers?: Timers;
  readonly createId?: CreateId;
  /** A credential's state changed, or credentials came or went. Called often: bundle what is sent on. */
  readonly onChange?: () => void;
  /** One-line remarks for the log. */
  readonly warn?: (message: string) => void;
  /** Something in the background failed and will be tried again. */
  readonly onError?: (error: unknown) => void;
  /** Undefined where there are no other replicas: leases are then given at once. */
  readonly shared?: SharedPool | undefined;
  /** False for a short-lived process beside the server: accounts are asked for only when a test wants it. */
  readonly background?: boolean;
}
