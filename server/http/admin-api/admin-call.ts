import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredSession } from '../../admin/admin-store.ts';
import { AdminFailure } from './admin-failure.ts';

/** One call of an admin route, its input parsed. */
export interface AdminCall<Params = undefined, Query = undefined, Body = undefined> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The client's address. */
  readonly address: string;
  readonly userAgent: string;
  /** undefined on public routes without a login. */
  readonly session: StoredSession | undefined;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
  /** For cookies and streams. */
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Notes in the audit log what was done. @param detail in words, without secrets */
  audit(action: string, target?: string, detail?: string): Promise<void>;
}

/** The caller's session. @throws AdminFailure `unauthenticated` without one, as a public route may be called */
export function ownSession(session: StoredSession | undefined): StoredSession {
  if (session === undefined) throw new AdminFailure('unauthenticated', 'Log in first.');
  return session;
}
