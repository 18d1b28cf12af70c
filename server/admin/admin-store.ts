/** Stores the admin's account, sessions and audit events. Times are milliseconds since the epoch. */
export interface AdminStore {
  loadAccount(): Promise<AdminAccount | undefined>;
  /** @returns false when there is an account already: then nothing was changed */
  createAccount(account: AdminAccount): Promise<boolean>;
  /** Creates or replaces it. */
  saveAccount(account: AdminAccount): Promise<void>;
  /**
   * Uses up a number of something that only grows: it and those below it cannot be taken again, by any process.
   * @returns false when it was used up already
   */
  takeOnce(name: string, number: number): Promise<boolean>;
  listSessions(): Promise<StoredSession[]>;
  saveSession(session: StoredSession): Promise<void>;
  /** Changes these times alone: never brings back a session that was deleted meanwhile. */
  touchSession(id: string, times: { readonly lastSeenAt: number; readonly expiresAt: number }): Promise<boolean>;
  deleteSession(id: string): Promise<boolean>;
  /** @param exceptId a session to keep */
  deleteSessions(exceptId?: string): Promise<void>;
  appendAudit(entry: AuditEntry): Promise<void>;
  /** Newest first. @param before the last entry's id of the page before */
  listAudit(page: { readonly before?: string; readonly limit: number }): Promise<AuditEntry[]>;
  /** @returns how many were deleted */
  deleteAuditBefore(time: number): Promise<number>;
}

export interface AdminAccount {
  /** argon2id in PHC string form. */
  readonly passwordHash: string;
  readonly passwordChangeRequired: boolean;
  /** Base32 TOTP secret; encrypted at rest. */
  readonly secondFactorSecret: string | null;
  /** Hex SHA-256 of the recovery codes that are left. */
  readonly recoveryCodeHashes: readonly string[];
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
