import { describe, expect, it } from 'vitest';
import { randomPassword } from '../lib/secrets.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { findPasswordWeakness } from './password-strength.ts';

describe('hashing', () => {
  it('keeps a password as argon2id under a salt of its own', async () => {
    const [one, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await verifyPassword('correct horse', one)).toBe(true);
    expect(await verifyPassword('correct horsf', one)).toBe(false);
    expect(await verifyPassword('', one)).toBe(false);
  });

  it('reads the parameters from the hash: a vector of the reference implementation', async () => {
    const hash = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    expect(await verifyPassword('password', hash)).toBe(true);
    expect(await verifyPassword('password', hash.replace('t=2', 't=1'))).toBe(false);
  });

  it('does not take a damaged hash for a wrong password', async () => {
    await expect(verifyPassword('x', 'plain')).rejects.toThrow('damaged');
  });
});

describe('generated passwords', () => {
  it('are strong and never the same', () => {
    const passwords = Array.from({ length: 200 }, () => randomPassword());
    expect(new Set(passwords).size).toBe(200);
    for (const password of passwords) {
      expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
      expect(findPasswordWeakness(password)).toBeUndefined();
    }
  });
});

describe('findPasswordWeakness', () => {
  it.each([
    ['short9chr', 'at least 10'],
    ['aaaaaaaaaaaa', 'too few different'],
    ['abababababab', 'too few different'],
    ['abcdeabcdeabcde', 'repeats itself'],
    ['1234567890', 'first that are guessed'],
    ['0987654321', 'first that are guessed'],
    ['abcdefghijkl', 'first that are guessed'],
    ['qwertyuiop', 'first that are guessed'],
    ['qwertyuiop12', 'first that are guessed'],
    ['password123', 'first that are guessed'],
    ['P@ssw0rd1234', 'first that are guessed'],
    ['AtlassianAdmin123', 'first that are guessed'],
  ])('refuses %s', (password, words) => {
    expect(findPasswordWeakness(password)).toContain(words);
  });

  it.each(['correct horse battery', 'Tr0ub4dor&3x', '密码必须足够长才可以用', 'my dog ate 3 shoes'])(
    'takes %s',
    (password) => {
      expect(findPasswordWeakness(password)).toBeUndefined();
    },
  );

  it('refuses the current one', () => {
    expect(findPasswordWeakness('correct horse battery', 'correct horse battery')).toContain('differ');
  });
});
