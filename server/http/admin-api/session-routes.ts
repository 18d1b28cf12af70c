import type { FastifyRequest } from 'fastify';
import { type Session, sessionRoutes } from '../../../contract/session.ts';
import type { StoredSession } from '../../admin/admin-store.ts';
import type { Guesser } from '../../admin/login-throttle.ts';
import { maxSessionLifetime } from '../../admin/sessions.ts';
import { waitAtMost } from '../../lib/wait-at-most.ts';
import { clientAddress, isFromThisMachine } from '../security/client-address.ts';
import { createConsoleCookies } from '../security/console-cookies.ts';
import { ownSession } from './admin-call.ts';
import { notFound } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';

/** How long a login waits to load changes by other processes, and to end the session it replaces; milliseconds. */
const storeTimeout = 1000;

/** Routes for login, password, sessions and the second factor. */
export function bindSessionRoutes({ admin, refresh, publicUrl, version }: AdminServices): BoundRoute[] {
  const encode = (session: StoredSession): Session => ({
    passwordChangeRequired: admin.account.passwordChangeRequired(),
    secondFactorEnabled: admin.account.secondFactorEnabled(),
    expiresAt: session.expiresAt,
    version,
  });
  const { secondFactor, sessions } = admin;
  const cookies = createConsoleCookies(admin.devices, publicUrl);

  return [
    bindRoute(sessionRoutes.login, async ({ body, address, userAgent, session: replaced, request, reply }) => {
      // The password may just have been reset on the command line.
      await waitAtMost(storeTimeout, refresh());
      const device = cookies.readDevice(request);
      const { token, session } = await admin.login(body, { address, userAgent }, guesserOf(request, device));
      // The browser forgets the cookie of its earlier session.
      if (replaced !== undefined)
        await waitAtMost(
          storeTimeout,
          sessions.revoke(replaced.id).catch(() => false),
        );
      cookies.writeSession(reply, { token, expiresAt: session.createdAt + maxSessionLifetime });
      if (device === undefined) cookies.writeDevice(reply);
      return encode(session);
    }),
    bindRoute(sessionRoutes.logout, async (call) => {
      const { id } = ownSession(call.session);
      await sessions.revoke(id);
      cookies.clearSession(call.reply);
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
    bindRoute(sessionRoutes.startSecondFactor, async ({ body, session }) => {
      await admin.confirmPassword(body.password, ownSession(session).id);
      return secondFactor.start();
    }),
    bindRoute(sessionRoutes.confirmSecondFactor, async ({ body, audit }) => {
      const recoveryCodes = await secondFactor.confirm(body.code);
      await audit('second-factor.enable');
      return { recoveryCodes: [...recoveryCodes] };
    }),
    bindRoute(sessionRoutes.removeSecondFactor, async ({ body, session, audit }) => {
      await admin.confirmPassword(body.password, ownSession(session).id);
      await secondFactor.remove();
      await audit('second-factor.remove');
    }),
    bindRoute(sessionRoutes.secondFactor, () => secondFactor.status()),
  ];
}

function guesserOf(request: FastifyRequest, device: string | undefined): Guesser {
  if (device !== undefined) return { kind: 'device', id: device };
  return isFromThisMachine(request) ? { kind: 'this-machine' } : { kind: 'stranger', address: clientAddress(request) };
}
