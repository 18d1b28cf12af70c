import { z } from 'zod';
import { count, idParams, timestamp } from './common.ts';
import { defineRoute } from './route.ts';

/** Rules for a new password, checked by server and console. */
export const passwordRules = { minLength: 10, maxLength: 256 } as const;
export const newPassword = z.string().min(passwordRules.minLength).max(passwordRules.maxLength);

export const session = z.object({
  passwordChangeRequired: z.boolean(),
  secondFactorEnabled: z.boolean(),
  /** When the session expires. */
  expiresAt: timestamp,
  version: z.string(),
});
export type Session = z.infer<typeof session>;

export const sessionItem = z.object({
  id: z.string(),
  current: z.boolean(),
  createdAt: timestamp,
  lastSeenAt: timestamp,
  address: z.string(),
  userAgent: z.string(),
});
export type SessionItem = z.infer<typeof sessionItem>;

export const sessionRoutes = {
  login: defineRoute({
    method: 'POST',
    path: '/login',
    access: 'public',
    /** `code`: six digits or a recovery code, required after the error `second_factor_required`. */
    body: z.object({ password: z.string().min(1).max(1024), code: z.string().trim().max(64).optional() }),
    response: session,
  }),
  logout: defineRoute({ method: 'POST', path: '/logout', access: 'restricted' }),
  get: defineRoute({ method: 'GET', path: '/session', access: 'restricted', response: session }),
  /** Also ends all other sessions. */
  changePassword: defineRoute({
    method: 'POST',
    path: '/change-password',
    access: 'restricted',
    body: z.object({ currentPassword: z.string().min(1).max(1024), newPassword }),
    response: session,
  }),
  list: defineRoute({ method: 'GET', path: '/sessions', response: z.object({ sessions: z.array(sessionItem) }) }),
  revoke: defineRoute({ method: 'DELETE', path: '/sessions/:id', params: idParams }),
  /** Returns a new secret. It takes effect when `confirmSecondFactor` receives a valid code. */
  startSecondFactor: defineRoute({
    method: 'POST',
    path: '/second-factor',
    body: z.object({ password: z.string().min(1).max(1024) }),
    response: z.object({ secret: z.string(), uri: z.string(), /** SVG markup. */ qrCode: z.string() }),
  }),
  confirmSecondFactor: defineRoute({
    method: 'POST',
    path: '/second-factor/confirm',
    body: z.object({ code: z.string().trim().min(6).max(10) }),
    response: z.object({ recoveryCodes: z.array(z.string()) }),
  }),
  removeSecondFactor: defineRoute({
    method: 'POST',
    path: '/second-factor/remove',
    body: z.object({ password: z.string().min(1).max(1024) }),
  }),
  secondFactor: defineRoute({
    method: 'GET',
    path: '/second-factor',
    response: z.object({ enabled: z.boolean(), recoveryCodesLeft: count }),
  }),
};
