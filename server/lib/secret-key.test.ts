import { Buffer } from 'node:buffer';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSecretKey, SecretKeyUnusable } from './secret-key.ts';

let folder = '';
let dataDir = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-key-'));
  dataDir = join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true }));

const hexOf = (secretKey?: string) => loadSecretKey({ secretKey, dataDir }).key.export().toString('hex');

describe('loadSecretKey', () => {
  it('generates a key once, readable by its owner only', () => {
    const first = loadSecretKey({ dataDir });
    expect(first).toMatchObject({ source: 'generated', warnings: [] });
    expect(first.key.export()).toHaveLength(32);
    expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(readdirSync(dataDir)).toEqual(['secret.key']);
    const second = loadSecretKey({ dataDir });
    expect(second.source).toBe('file');
    expect(second.key.equals(first.key)).toBe(true);
  });

  it('uses 32 bytes in hex, base64 or base64url directly, and writes no file', () => {
    const bytes = Buffer.alloc(32, 0xfb);
    for (const form of [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')]) {
      expect(hexOf(form)).toBe(bytes.toString('hex'));
    }
    expect(() => readdirSync(dataDir)).toThrow();
  });

  it('derives the same key from the same passphrase', () => {
    const passphrase = 'correct horse battery';
    expect(hexOf(passphrase)).toBe(hexOf(passphrase));
    expect(hexOf(passphrase)).not.toBe(hexOf('correct horse batterz'));
    expect(hexOf(passphrase)).toBe('5024c8d49b5156c36eeacdb59164018dd0489085c5730be3cb70434b5c26511c');
  });

  it('rejects a short passphrase', () => {
    expect(() => hexOf('fifteen letters')).toThrow(SecretKeyUnusable);
    expect(() => hexOf('fifteen letters')).toThrow(/^SECRET_KEY is too short.*16 characters\.$/);
  });

  it.each(['', 'short', 'x'.repeat(44), Buffer.alloc(31).toString('base64')])(
    'refuses a broken key file: %j',
    (text) => {
      loadSecretKey({ dataDir });
      const path = join(dataDir, 'secret.key');
      writeFileSync(path, text);
      expect(() => loadSecretKey({ dataDir })).toThrow(/secret\.key does not contain a key/);
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('creates no new key beside a database whose key is missing', () => {
    loadSecretKey({ dataDir });
    writeFileSync(join(dataDir, 'database.db'), '');
    rmSync(join(dataDir, 'secret.key'));
    expect(() => loadSecretKey({ dataDir })).toThrow(/secret\.key is missing/);
    expect(readdirSync(dataDir)).toEqual(['database.db']);
  });

  it('warns of a key file that others can read', () => {
    loadSecretKey({ dataDir });
    chmodSync(join(dataDir, 'secret.key'), 0o644);
    expect(loadSecretKey({ dataDir }).warnings).toEqual([expect.stringContaining('chmod 600')]);
  });

  it('reports in one line if the folder cannot be created', () => {
    writeFileSync(dataDir, 'a file in its place');
    expect(() => loadSecretKey({ dataDir })).toThrow(/^Cannot use the key file .*\.$/);
  });
});
