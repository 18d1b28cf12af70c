import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVault, randomPassword, randomToken, SealBroken, sha256Hex } from './secrets.ts';

const vault = createVault(createSecretKey(randomBytes(32)));

describe('createVault', () => {
  it('decrypts what it encrypted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, purpose) => {
        expect(vault.open(vault.seal(text, purpose), purpose)).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  it('never encrypts twice to the same result, and never shows the text', () => {
    const sealed = vault.seal('ATATT-token', 'p');
    expect(sealed).toMatch(/^v1\.[A-Za-z0-9_-]+$/);
    expect(sealed).not.toBe(vault.seal('ATATT-token', 'p'));
    expect(sealed).not.toContain('ATATT');
  });

  it('rejects another purpose, another key, a modified text and an unknown format', () => {
    const sealed = vault.seal('secret', 'credential.token:1');
    const other = createVault(createSecretKey(randomBytes(32)));
    expect(() => vault.open(sealed, 'credential.token:2')).toThrow(SealBroken);
    expect(() => other.open(sealed, 'credential.token:1')).toThrow(SealBroken);
    for (let index = 3; index < sealed.length - 1; index += 1) {
      const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1);
      expect(() => vault.open(changed, 'credential.token:1')).toThrow(SealBroken);
    }
    for (const broken of ['', 'v1.', 'v1.AAAA', sealed.slice(3), sealed.replace('v1.', 'v2.')]) {
      expect(() => vault.open(broken, 'credential.token:1')).toThrow(SealBroken);
    }
  });
});

describe('sha256Hex', () => {
  it('is the digest in hex', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('random secrets', () => {
  it('have the documented format and length', () => {
    expect(randomToken()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(randomToken(16)).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(randomPassword()).toMatch(/^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/);
    expect(randomPassword()).not.toBe(randomPassword());
  });
});
