import { type Session, sessionRoutes } from '../../../contract/session.ts';
import type { StoredSession } from '../../admin/admin-store.ts';
import { longestSessionTime } from '../../admin/sessions.ts';
import { clearSessionCookie, writeSessionCookie } from '../security/session-cookie.ts';
import { AdminFailure, notFound } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';

/** Logging in and out, the password, the sessions, the second factor. */
export function bindSessionRoutes({ admin, refresh, version }: AdminServices): BoundRoute[] {
  const encode = (session: StoredSession): Session => ({
    passwordChangeRequired: admin.account.passwordChangeRequired(),
    secondFactorEnabled: admin.account.secondFactorEnabled(),
    expiresAt: session.expiresAt,
    version,
  });
  const { secondFactor, sessions } = admin;

  return [
    bindRoute(sessionRoutes.login, async ({ body, address, userAgent, reply }) => {
      // The password may have been reset on the command line a moment ago.
      await refresh();
      const { token, session } = await admin.login(body, { address, userAgent });
      writeSessionCookie(reply, token, session.createdAt + longestSessionTime);
      return encode(session);
    }),
    bindRoute(sessionRoutes.logout, async (call) => {
      const { id } = ownSession(call.session);
      await sessions.revoke(id);
      clearSessionCookie(call.reply);
      await call.audit('session.logout', id);
    }),
    bindRoute(sessionRoutes.get, ({ session }) => encode(ownSession(session))),
    bindRoute(sessionRoutes.changePassword, async ({ body, session, address }) => {
      const own = ownSession(session);
      await admin.changePassword(body.currentPassword, body.newPassword, { sessionId: own.id, address });
      return encode(own);
    }),
    bindRoute(sessionRoutes.list, ({ session: own }) => ({
      sessions: sessions.list().map((session) => ({
        id: session.id,
        current: session.id === own?.id,
        createdAt: session.createdAt,
        lastSeenAt: session.lastSeenAt,
        address: session.address,
        userAgent: session.userAgent,
      })),
    })),
    bindRoute(sessionRoutes.revoke, async ({ params, audit }) => {
      if (!(await sessions.revoke(params.id))) throw notFound('session');
      await audit('session.revoke', params.id);
    }),
    bindRoute(sessionRoutes.startSecondFactor, async ({ body, address }) => {
      await admin.confirmPassword(body.password, address);
      return secondFactor.start();
    }),
    bindRoute(sessionRoutes.confirmSecondFactor, async ({ body, audit }) => {
      const recoveryCodes = await secondFactor.confirm(body.code);
      await audit('second-factor.enable');
      return { recoveryCodes: [...recoveryCodes] };
    }),
    bindRoute(sessionRoutes.removeSecondFactor, async ({ body, address, audit }) => {
      await admin.confirmPassword(body.password, address);
      await secondFactor.remove();
      await audit('second-factor.remove');
    }),
    bindRoute(sessionRoutes.secondFactor, () => secondFactor.status()),
  ];
}

function ownSession(session: StoredSession | undefined): StoredSession {
  if (session === undefined) throw new AdminFailure('unauthenticated', 'Log in first.');
  return session;
}
