import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredSession } from '../../admin/admin-store.ts';
import { AdminFailure } from './admin-failure.ts';

/** One call of an admin route, with parsed input. */
export interface AdminCall<Params = undefined, Query = undefined, Body = undefined> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The client's address. */
  readonly address: string;
  readonly userAgent: string;
  /** undefined on public routes without a login. */
  readonly session: StoredSession | undefined;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  /** For cookies and streaming. */
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Records an action in the audit log. @param detail plain text without secrets */
  audit(action: string, target?: string, detail?: string): Promise<void>;
}

/** The caller's session. @throws AdminFailure `unauthenticated` if there is none, as on a public route */
export function ownSession(session: StoredSession | undefined): StoredSession {
  if (session === undefined) throw new AdminFailure('unauthenticated', 'Log in first.');
  return session;
}
