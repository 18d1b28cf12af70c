/** Stores the admin's account, sessions and audit events. Times are milliseconds since the epoch. */
export interface AdminStore {
  loadAccount(): Promise<AdminAccount | undefined>;
  /** @returns false if the account already exists; then nothing was changed */
  createAccount(account: AdminAccount): Promise<boolean>;
  /** @returns false if another process has changed the account or there is none; then nothing was changed */
  replaceAccount(previous: AdminAccount, next: AdminAccount): Promise<boolean>;
  loadPendingSecondFactor(): Promise<PendingSecondFactor | undefined>;
  /** Replaces an earlier one. @param pending undefined to delete it */
  savePendingSecondFactor(pending: PendingSecondFactor | undefined): Promise<void>;
  /**
   * Consumes a number of an increasing sequence. It and all lower numbers cannot be taken again by any process.
   * @returns false if it was already consumed
   */
  takeOnce(name: string, number: number): Promise<boolean>;
  listSessions(): Promise<StoredSession[]>;
  saveSession(session: StoredSession): Promise<void>;
  /** Only changes these times, and never restores a session that was deleted in the meantime. */
  touchSession(id: string, times: { readonly lastSeenAt: number; readonly expiresAt: number }): Promise<boolean>;
  deleteSession(id: string): Promise<boolean>;
  /** @param exceptId a session to keep */
  deleteSessions(exceptId?: string): Promise<void>;
  appendAudit(entry: AuditEntry): Promise<void>;
  /** Newest first. @param page `before`: id of the last entry of the previous page */
  listAudit(page: { readonly before?: string; readonly limit: number }): Promise<AuditEntry[]>;
  /** @returns the number of deleted entries */
  deleteAuditBefore(time: number): Promise<number>;
}

export interface AdminAccount {
  /** An argon2id hash as a PHC string. */
  readonly passwordHash: string;
  readonly passwordChangeRequired: boolean;
  /** Base32 TOTP secret; encrypted at rest. */
  readonly secondFactorSecret: string | null;
  /** Hex SHA-256 of each unused recovery code. */
  readonly recoveryCodeHashes: readonly string[];
}

/** A second factor that has yet to be confirmed, maybe on another replica. */
export interface PendingSecondFactor {
  /** Base32; encrypted at rest. */
  readonly secret: string;
  readonly until: number;
}

export interface StoredSession {
  readonly id: string;
  /** Hex SHA-256 of the cookie's value. */
  readonly hash: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly address: string;
  readonly userAgent: string;
}

export interface AuditEntry {
  /** Sorts by time. */
  readonly id: string;
  readonly at: number;
  readonly action: string;
  readonly target: string;
  readonly detail: string;
  readonly address: string;
}
