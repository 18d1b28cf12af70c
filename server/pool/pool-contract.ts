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

/** The fields of a new credential; the optional ones have defaults. */
export type NewCredential = Pick<Credential, 'email' | 'token'> &
  Partial<Pick<Credential, 'label' | 'tokenExpiresAt' | 'cloudId' | 'weight' | 'maxConcurrency' | 'enabled'>>;

/**
 * The fields an admin may change. A changed email or token resets the learned state. A changed token also clears the
 * expiry date, unless a new one is given.
 */
export type CredentialEdit = Omit<CredentialChanges, 'lastUsedAt'>;

export interface ImportedLine {
  /** Line number, starting at 1. */
  readonly line: number;
  readonly status: 'added' | 'duplicate' | 'invalid';
  readonly email?: string;
  readonly message?: string;
}

/** Distributes requests over the credentials and tracks their health. */
export interface Pool {
  /**
   * Leases a credential for one attempt: immediately if one is available, otherwise as a promise while the request
   * waits in the queue.
   *
   * @throws PoolExhausted when none is available before the deadline
   * @throws Failure with fault `client` when the signal was aborted
   */
  lease(request: LeaseRequest): Lease | Promise<Lease>;

  /**
   * Leases this credential and endpoint immediately, ignoring health and limits: for tests by the admin.
   *
   * @returns undefined when no credential has this id
   */
  probe(id: string, endpoint: Endpoint): Lease | undefined;

  counts(): PoolCounts;
  /** Counts for each route that was used. */
  routeCounts(): RouteCounts[];
  /** The credits of all enabled credentials, and when they run out at the current rate. */
  forecast(): CreditsForecast;
  /** Oldest first. */
  list(): CredentialView[];
  get(id: string): CredentialView | undefined;

  /** @throws CredentialExists when another credential has the email */
  add(credential: NewCredential): Promise<CredentialView>;
  /**
   * Edits a credential; also enables, disables and drains it.
   *
   * @returns undefined when no credential has this id
   * @throws CredentialExists when another credential has the email
   */
  edit(id: string, changes: CredentialEdit): Promise<CredentialView | undefined>;
  /**
   * Adds many credentials. Those whose email already exists are skipped.
   *
   * @param signal stops before the next credential
   * @returns for each credential whether it was added; a shorter list when the signal stopped it
   */
  addMany(credentials: readonly NewCredential[], signal?: AbortSignal): Promise<boolean[]>;
  /** Deletes a credential. Its requests in flight finish normally. @returns false when no credential has this id */
  remove(id: string): Promise<boolean>;
  /** Imports credentials from text; see `parseImport` for the format. */
  importText(text: string): Promise<ImportedLine[]>;
  /** Resets the health, routes and learned limits. @returns undefined when no credential has this id */
  reset(id: string): CredentialView | undefined;
  /** Resets one route of the credential. */
  resetRoute(id: string, route: string): CredentialView | undefined;
  /** Queries the account endpoints now. A successful test makes an invalid or blocked credential ready. */
  test(id: string, signal: AbortSignal): Promise<CredentialTestResult | undefined>;
  /** Tests an account that is not in the pool. */
  tryOut(account: AccountAccess, signal: AbortSignal): Promise<CredentialTestResult>;

  /** Loads changes that others made in the store. Unchanged credentials keep their state. */
  reload(): Promise<void>;
  /** Saves the learned state and stops the background work. Leases may still be released. */
  close(): Promise<void>;
}

/** The state that a pool shares with other replicas. */
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
  /** Called when a credential's state changed or credentials were added or removed. Frequent, so batch the effects. */
  readonly onChange?: () => void;
  /** Receives one-line log messages. */
  readonly warn?: (message: string) => void;
  /** Called when background work failed; it will be retried. */
  readonly onError?: (error: unknown) => void;
  /** Undefined without other replicas; leases are then synchronous where possible. */
  readonly shared?: SharedPool | undefined;
  /** False for a short-lived process beside the server: it checks accounts only for an explicit test. */
  readonly background?: boolean;
}
