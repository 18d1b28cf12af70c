import { TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Admin, openAdmin } from './admin.ts';
import type { AdminStore } from './admin-store.ts';
import { cheapAccount, cheapPassword } from './testing/cheap-account.ts';
import { createMemoryAdminStore } from './testing/memory-admin-store.ts';

const start = Date.UTC(2026, 0, 1);
const day = 86_400_000;
const password = cheapPassword;
const next = 'another horse battery';
const here = { address: '10.0.0.1', userAgent: 'browser' };
let now = start;
let store: AdminStore;
let admin: Admin;

const open = () => openAdmin({ store, clock: () => now });
/** Creates the account. */
async function begin(): Promise<void> {
  await store.createAccount(cheapAccount);
  await admin.reload();
}
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: { code?: string }) => error.code ?? error,
  );
const actions = async () => (await admin.audit.list({ limit: 100 })).items.map((item) => item.action);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  vi.setSystemTime(start);
  now = start;
  store = createMemoryAdminStore();
  admin = await open();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('first start', () => {
  it('generates a password once and requires changing it', async () => {
    const generated = await admin.account.firstStart();
    expect(generated).toMatch(/^[a-z0-9-]{23}$/);
    expect(admin.account.passwordChangeRequired()).toBe(true);
    expect(await admin.account.firstStart()).toBeUndefined();
    expect(await admin.account.firstStart('something else 123')).toBeUndefined();
    expect(await admin.account.isPassword(generated ?? '')).toBe(true);
    expect(JSON.stringify(await store.loadAccount())).not.toContain(generated);
  });

  it('rejects a weak password in the settings', async () => {
    await expect(admin.account.firstStart('password123')).rejects.toThrow(/^Bad setting ADMIN_PASSWORD: [^\n]+$/);
    expect(await store.loadAccount()).toBeUndefined();
  });

  it('accepts a given password, which need not be changed', async () => {
    expect(await admin.account.firstStart(password)).toBeUndefined();
    expect(admin.account.passwordChangeRequired()).toBe(false);
    expect(await refusal(admin.login({ password }, here))).toBe('accepted');
  });
});

describe('the password', () => {
  it('changes, ends all other sessions, and survives a restart', async () => {
    await begin();
    const mine = await admin.login({ password }, here);
    const other = await admin.login({ password }, here);
    await admin.changePassword(password, next, { sessionId: mine.session.id, address: here.address });
    expect(admin.sessions.findByToken(mine.token)?.id).toBe(mine.session.id);
    expect(admin.sessions.findByToken(other.token)).toBeUndefined();
    admin = await open();
    expect(admin.sessions.findByToken(mine.token)?.id).toBe(mine.session.id);
    expect(admin.sessions.findByToken(other.token)).toBeUndefined();
    expect(await refusal(admin.login({ password }, here))).toBe('wrong_password');
    expect(await refusal(admin.login({ password: next }, here))).toBe('accepted');
  });

  it('does not change without the current one, or to a weak one', async () => {
    await begin();
    const { session } = await admin.login({ password }, here);
    const by = { sessionId: session.id, address: here.address };
    expect(await refusal(admin.changePassword('nonsense', next, by))).toBe('wrong_password');
    expect(await refusal(admin.changePassword(password, 'password123', by))).toBe('weak_password');
    expect(await refusal(admin.changePassword(password, password, by))).toBe('weak_password');
    expect(await admin.account.isPassword(password)).toBe(true);
  });

  it('can be reset by another process: sessions end, the old one fails, a change is required', async () => {
    await begin();
    const { token } = await admin.login({ password }, here);
    const generated = await (await open()).resetPassword();
    await admin.reload();
    expect(admin.sessions.findByToken(token)).toBeUndefined();
    expect(admin.account.passwordChangeRequired()).toBe(true);
    expect(await refusal(admin.login({ password }, here))).toBe('wrong_password');
    expect(await refusal(admin.login({ password: generated }, here))).toBe('accepted');
  });

  it('is not changed while other sessions cannot be ended', async () => {
    await begin();
    const mine = await admin.login({ password }, here);
    const other = await admin.login({ password }, here);
    const by = { sessionId: mine.session.id, address: here.address };
    vi.spyOn(store, 'deleteSessions').mockRejectedValueOnce(new Error('The disk is full.'));
    await expect(admin.changePassword(password, next, by)).rejects.toThrow('full');
    expect(await admin.account.isPassword(password)).toBe(true);
    await admin.changePassword(password, next, by);
    await admin.reload();
    expect(admin.sessions.findByToken(mine.token)).toBeDefined();
    expect(admin.sessions.findByToken(other.token)).toBeUndefined();
  });

  it('gives no session to a login during a reset', async () => {
    await begin();
    const other = await open();
    const saveSession = store.saveSession;
    vi.spyOn(store, 'saveSession').mockImplementationOnce(async (session) => {
      await other.resetPassword();
      await saveSession(session);
    });
    expect(await refusal(admin.login({ password }, here))).toBe('wrong_password');
    expect(await store.listSessions()).toEqual([]);
    expect(admin.sessions.list()).toEqual([]);
  });
});

describe('sessions', () => {
  beforeEach(async () => {
    await begin();
  });

  it('do not store the cookie value', async () => {
    const { token } = await admin.login({ password }, here);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(JSON.stringify(await store.listSessions())).not.toContain(token);
    expect(admin.sessions.findByToken(`${token}x`)).toBeUndefined();
  });

  it('last a week from their last use, at most a month', async () => {
    const { token } = await admin.login({ password }, here);
    for (let days = 6; days < 30; days += 6) {
      now = start + days * day;
      expect(admin.sessions.findByToken(token)).toBeDefined();
    }
    now = start + 30 * day - 1;
    expect(admin.sessions.findByToken(token)).toBeDefined();
    now = start + 30 * day;
    expect(admin.sessions.findByToken(token)).toBeUndefined();
    const idle = await admin.login({ password }, here);
    now += 7 * day;
    expect(admin.sessions.findByToken(idle.token)).toBeUndefined();
    const remove = vi.spyOn(store, 'deleteSession').mockRejectedValueOnce(new Error('The disk is full.'));
    await expect(open()).resolves.toBeDefined();
    expect(remove).toHaveBeenCalledOnce();
    admin = await open();
    expect(await store.listSessions()).toEqual([]);
  });

  it('are updated once a minute, but never restored', async () => {
    const touch = vi.spyOn(store, 'touchSession');
    const { token } = await admin.login({ password }, here);
    now = start + 59_999;
    admin.sessions.findByToken(token);
    expect(touch).not.toHaveBeenCalled();
    now = start + 60_000;
    await store.deleteSessions();
    admin.sessions.findByToken(token);
    admin.sessions.findByToken(token);
    await admin.close();
    expect(touch).toHaveBeenCalledTimes(1);
    expect(await store.listSessions()).toEqual([]);
  });

  it('are listed newest first and revoked one by one', async () => {
    const first = await admin.login({ password }, here);
    now += 1;
    const second = await admin.login({ password }, { address: '10.0.0.2', userAgent: 'phone' });
    expect(admin.sessions.list().map((session) => session.userAgent)).toEqual(['phone', 'browser']);
    expect(await admin.sessions.revoke(first.session.id)).toBe(true);
    expect(await admin.sessions.revoke(first.session.id)).toBe(false);
    expect(admin.sessions.findByToken(first.token)).toBeUndefined();
    expect(admin.sessions.findByToken(second.token)).toBeDefined();
  });

  it('stay revoked during a reload', async () => {
    const { token, session } = await admin.login({ password }, here);
    await Promise.all([admin.reload(), admin.sessions.revoke(session.id)]);
    expect(admin.sessions.findByToken(token)).toBeUndefined();
  });
});

describe('the second factor', () => {
  let secret = '';
  let recoveryCodes: readonly string[] = [];
  const codeAt = (time: number) => TOTP.generate({ secret: new TOTP({ secret }).secret, timestamp: time });

  beforeEach(async () => {
    await begin();
    const started = await admin.secondFactor.start();
    secret = started.secret;
    expect(started.uri).toContain(`secret=${secret}`);
    expect(started.qrCode).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
    expect((await admin.secondFactor.status()).enabled).toBe(false);
    recoveryCodes = await admin.secondFactor.confirm(codeAt(now));
    now += 60_000;
  });

  it('is only asked for after the right password', async () => {
    expect(await refusal(admin.login({ password: 'wrong' }, here))).toBe('wrong_password');
    expect(await refusal(admin.login({ password }, here))).toBe('second_factor_required');
    expect(await refusal(admin.login({ password, code: '000000' }, here))).toBe('wrong_code');
    expect(await refusal(admin.login({ password, code: codeAt(now) }, here))).toBe('accepted');
  });

  it('accepts a code once, also after a restart', async () => {
    const code = codeAt(now);
    expect(await refusal(admin.secondFactor.check(code))).toBe('accepted');
    const restarted = await open();
    expect(await refusal(restarted.secondFactor.check(code))).toBe('wrong_code');
    expect(await refusal(restarted.secondFactor.check(codeAt(now + 30_000)))).toBe('accepted');
  });

  it('accepts codes of adjacent periods, each once', async () => {
    const code = codeAt(now - 30_000);
    expect(await refusal(admin.secondFactor.check(codeAt(now - 60_000)))).toBe('wrong_code');
    expect(await refusal(admin.secondFactor.check(codeAt(now + 60_000)))).toBe('wrong_code');
    expect(await refusal(admin.secondFactor.check(code))).toBe('accepted');
    expect(await refusal(admin.secondFactor.check(code))).toBe('wrong_code');
    expect(await refusal(admin.secondFactor.check(codeAt(now + 30_000)))).toBe('accepted');
    expect(await refusal(admin.secondFactor.check(codeAt(now)))).toBe('wrong_code');
  });

  it('accepts each of ten recovery codes once, in any notation, also concurrently', async () => {
    expect(recoveryCodes).toHaveLength(10);
    const [first = '', second = ''] = recoveryCodes;
    expect(JSON.stringify(await store.loadAccount())).not.toContain(first);
    const results = await Promise.all([first, first, first].map((code) => refusal(admin.secondFactor.check(code))));
    expect(results.sort()).toEqual(['accepted', 'wrong_code', 'wrong_code']);
    expect(await refusal(admin.secondFactor.check(second.toUpperCase().replace('-', ' ')))).toBe('accepted');
    expect(await admin.secondFactor.status()).toEqual({ enabled: true, recoveryCodesLeft: 8 });
  });

  it('survives a password reset unless it is removed, too', async () => {
    const kept = await admin.resetPassword();
    expect(await refusal(admin.login({ password: kept }, here))).toBe('second_factor_required');
    const bare = await admin.resetPassword({ removeSecondFactor: true });
    expect(await refusal(admin.login({ password: bare }, here))).toBe('accepted');
  });

  it('has no effect until it is confirmed, within ten minutes', async () => {
    await admin.secondFactor.remove();
    secret = (await admin.secondFactor.start()).secret;
    expect(await refusal(admin.login({ password }, here))).toBe('accepted');
    now += 600_000;
    expect(await refusal(admin.secondFactor.confirm(codeAt(now)))).toBe('wrong_code');
  });

  it('can be confirmed on another replica', async () => {
    const other = await open();
    await other.secondFactor.start();
    secret = (await admin.secondFactor.start()).secret;
    expect(await refusal(other.secondFactor.confirm(codeAt(now)))).toBe('accepted');
    expect(await refusal(admin.secondFactor.confirm(codeAt(now + 30_000)))).toBe('wrong_code');
    expect(await refusal(admin.login({ password, code: codeAt(now + 30_000) }, here))).toBe('accepted');
  });

  it('loses no change that two replicas make at once', async () => {
    const other = await open();
    const [first = '', second = ''] = recoveryCodes;
    const used = await Promise.all([admin, other].map((one) => refusal(one.secondFactor.check(first))));
    expect(used.sort()).toEqual(['accepted', 'wrong_code']);
    const { passwordHash } = cheapAccount;
    const changed = admin.account.update(() => ({ passwordHash: `${passwordHash}x` }));
    await Promise.all([changed, other.secondFactor.check(second)]);
    expect(await store.loadAccount()).toMatchObject({ passwordHash: `${passwordHash}x` });
    expect((await admin.secondFactor.status()).recoveryCodesLeft).toBe(8);
  });

  it('cannot be guessed by partial logins in between', async () => {
    const results = new Set<unknown>();
    for (let tries = 0; tries < 4; tries += 1) {
      await refusal(admin.login({ password }, here));
      results.add(await refusal(admin.login({ password, code: '000000' }, here)));
    }
    expect(results).toContain('too_many_attempts');
  });
});

describe('the audit log', () => {
  it('contains every login, including failed ones, and pages', async () => {
    await begin();
    const { session } = await admin.login({ password }, here);
    await refusal(admin.login({ password: 'wrong password' }, here));
    await admin.changePassword(password, next, { sessionId: session.id, address: here.address });
    expect(await actions()).toEqual(['password.change', 'session.login-failed', 'session.login']);
    const first = await admin.audit.list({ limit: 2 });
    expect(first.items).toHaveLength(2);
    const rest = await admin.audit.list({ limit: 2, cursor: first.nextCursor ?? '' });
    expect(rest.items.map((item) => item.action)).toEqual(['session.login']);
    expect(rest.nextCursor).toBeNull();
    expect(JSON.stringify([first, rest])).not.toMatch(/wrong password|horse/);
  });
});
