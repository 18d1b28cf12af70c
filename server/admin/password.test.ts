import { describe, expect, it } from 'vitest';
import { randomPassword } from '../lib/secrets.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { findPasswordWeakness } from './password-weakness.ts';

describe('hashing', () => {
  it('stores a password as argon2id with a random salt', async () => {
    const [one, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await verifyPassword('correct horse', one)).toBe(true);
    expect(await verifyPassword('correct horsf', one)).toBe(false);
    expect(await verifyPassword('', one)).toBe(false);
  });

  it('reads the parameters from the hash (a reference test vector)', async () => {
    const hash = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    expect(await verifyPassword('password', hash)).toBe(true);
    expect(await verifyPassword('password', hash.replace('t=2', 't=1'))).toBe(false);
  });

  it('does not report a damaged hash as a wrong password', async () => {
    await expect(verifyPassword('x', 'plain')).rejects.toThrow('damaged');
  });
});

describe('generated passwords', () => {
  it('are strong and unique', async () => {
    const passwords = Array.from({ length: 200 }, () => randomPassword());
    expect(new Set(passwords).size).toBe(200);
    for (const password of passwords) {
      expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
      expect(await findPasswordWeakness(password)).toBeUndefined();
    }
  });
});

describe('findPasswordWeakness', () => {
  it.each([
    ['short9chr', undefined, 'at least 10'],
    ['P@ssw0rd1234', undefined, 'too easy to guess'],
    ['correct horse battery', 'correct horse battery', 'differ'],
  ])('refuses %s', async (password, current, words) => {
    expect(await findPasswordWeakness(password, current)).toContain(words);
  });

  it('accepts passwords that are hard to guess', async () => {
    expect(await findPasswordWeakness('correct horse battery', 'another one')).toBeUndefined();
  });
});
