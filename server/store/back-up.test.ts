import { createSecretKey, randomBytes } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSharedDatabase, hasPostgres } from '../../test/support/shared-services.ts';
import { restoreBackup, verifyBackup } from '../backup/read-backup.ts';
import { openBytes } from '../backup/sealed-stream.ts';
import { cheapCost, collect } from '../backup/testing/bytes.ts';
import { writeBackup } from '../backup/write-backup.ts';
import { packRecords } from '../ledger/packed-record.ts';
import { sampleRecord } from '../ledger/testing/sample-record.ts';
import { createVault } from '../lib/secrets.ts';
import { type BackupPlace, createBackupTarget, openBackupSource } from './back-up.ts';
import type { CopiedTable } from './copied-tables.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openEngine } from './open-engine.ts';
import { openStore } from './open-store.ts';
import { countRows, exportRows, importRows, type RowBatch } from './row-copy.ts';
import { sealedMeta, sealRows, unsealRows } from './sealed-columns.ts';
import type { StoredRow } from './tables.ts';
import { sampleCredential } from './testing/credentials-contract.ts';
import { provideFolder } from './testing/folder.ts';
import { generateRecords, usageNow } from './testing/usage-records.ts';

// Each test opens many databases, each with its own thread.
vi.setConfig({ testTimeout: 60_000 });

const folder = provideFolder();
const passphrase = 'a good passphrase';
const token = 'ATATT-secret-token-0123456789';
const channel = { id: 'c', kind: 'webhook', name: 'ops', enabled: true, values: { url: 'https://x.example' } } as const;
let places = 0;

/** Creates a database location with its own secret key. */
async function createPlace(engine: 'SQLite' | 'PostgreSQL'): Promise<BackupPlace> {
  const key = createSecretKey(randomBytes(32));
  places += 1;
  return {
    dataDir: folder.file(`data${places}`),
    databaseUrl: engine === 'PostgreSQL' ? await createSharedDatabase() : undefined,
    loadKey: () => key,
  };
}

const openPlace = async (place: BackupPlace) => {
  const store = await openStore({ ...place, secretKey: place.loadKey() });
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
};

async function fill(place: BackupPlace): Promise<void> {
  const store = await openPlace(place);
  await store.credentials.insert(sampleCredential({ token }));
  await store.admin.createAccount({
    passwordHash: '$argon2id$x',
    passwordChangeRequired: false,
    secondFactorSecret: 'JBSWY3DPEHPK3PXP',
    recoveryCodeHashes: ['a'],
  });
  await store.settings.save('pool', { strategy: 'weighted' });
  await store.alerts.saveChannels([channel]);
  await store.backups.savePassphrase(passphrase);
  await store.usage.append(packRecords(generateRecords(600, 40 * 86_400_000)));
  await store.usage.append(packRecords([sampleRecord({ id: 'content', content: { request: '{}', response: 'é' } })]));
  await store.close();
}

interface BackUpOptions {
  readonly withUsage?: boolean;
  readonly name?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

async function backUp(place: BackupPlace, { withUsage = true, name = 'a.backup', ...rest }: BackUpOptions = {}) {
  const source = await openBackupSource(place, withUsage);
  try {
    const file = folder.file(name);
    return await writeBackup({
      source,
      file,
      passphrase,
      withUsage,
      version: '1.2.3',
      now: 1000,
      cost: cheapCost,
      ...rest,
    });
  } finally {
    await source.close();
  }
}

const restore = (file: string, place: BackupPlace, options: { passphrase?: string; signal?: AbortSignal } = {}) =>
  restoreBackup({ file, passphrase, ...options, openTarget: async () => createBackupTarget(place) });

/** All rows except sessions, with their secrets decrypted. */
async function readAll(place: BackupPlace): Promise<Record<string, readonly StoredRow[]>> {
  const engine = await openEngine(place);
  try {
    const vault = createVault(place.loadKey());
    const all: Record<string, readonly StoredRow[]> = {};
    for await (const { table, rows } of exportRows(engine)) {
      if (table === 'admin_sessions') continue;
      all[table] = [...(all[table] ?? []), ...unsealRows(vault, table, rows)];
    }
    return all;
  } finally {
    await engine.close();
  }
}

const ways = (['SQLite', 'PostgreSQL'] as const).flatMap((from) =>
  (['SQLite', 'PostgreSQL'] as const).map((to) => ({ from, to })),
);

describe.each(ways)('a backup from $from restored to $to', ({ from, to }) => {
  const isSkipped = !hasPostgres && [from, to].includes('PostgreSQL');

  it.skipIf(isSkipped)('contains all data, encrypted with another secret key', async () => {
    const [source, target] = [await createPlace(from), await createPlace(to)];
    await fill(source);
    const written = await backUp(source);
    expect(written.counts.get('usage_requests')).toBe(601);
    const { head, counts } = await restore(written.file, target);
    expect(head).toMatchObject({ version: '1.2.3', createdAt: 1000, withUsage: true });
    for (const [table, count] of written.counts) expect([table, counts.get(table)]).toEqual([table, count]);
    expect(await readAll(target)).toEqual(await readAll(source));
    const store = await openPlace(target);
    expect(await store.credentials.list()).toMatchObject([{ token }]);
    expect((await store.alerts.load()).channels).toEqual([channel]);
    expect(await store.backups.loadPassphrase()).toBe(passphrase);
    expect(await store.usage.get('content')).toMatchObject({ content: { response: 'é' } });
  });

  it.skipIf(isSkipped)('contains only the configuration if requested', async () => {
    const [source, target] = [await createPlace(from), await createPlace(to)];
    await fill(source);
    const { file } = await backUp(source, { withUsage: false });
    await restore(file, target);
    const [all, restored] = [await readAll(source), await readAll(target)];
    expect(restored).toEqual(Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith('usage_'))));
    const store = await openPlace(target);
    await store.usage.append(packRecords(generateRecords(3, 1000)));
    expect(await store.usage.hasRecords()).toBe(true);
  });
});

describe.each(['SQLite', 'PostgreSQL'] as const)('a backup of %s', (engine) => {
  const isSkipped = !hasPostgres && engine === 'PostgreSQL';

  it.skipIf(isSkipped)('is a snapshot, while records are being written', async () => {
    const place = await createPlace(engine);
    await fill(place);
    const store = await openPlace(place);
    const writing: Promise<void>[] = [];
    const { file, counts } = await backUp(place, {
      onProgress(done) {
        // The first read takes the snapshot.
        if (done === 0) return;
        const later = sampleRecord({ id: `later${writing.length}`, startedAt: usageNow });
        writing.push(store.usage.append(packRecords([later])));
      },
    });
    await Promise.all(writing);
    expect(counts.get('usage_requests')).toBe(601);
    expect(await store.usage.get('later0')).toBeDefined();
    const target = await createPlace(engine);
    await restore(file, target);
    const restored = await readAll(target);
    // The roll-ups must be from the same snapshot as the records.
    const days = (restored.usage_roll_ups ?? []).filter(({ grain, shape }) => grain === 2 && shape === 0);
    expect(restored.usage_requests).toHaveLength(601);
    expect(days.reduce((sum, { requests }) => sum + Number(requests), 0)).toBe(601);
  });

  it.skipIf(isSkipped)('is neither restored into a non-empty place nor beside a server', async () => {
    const [source, target] = [await createPlace(engine), await createPlace(engine)];
    await fill(source);
    const { file } = await backUp(source, { withUsage: false });
    const store = await openPlace(target);
    await store.settings.save('pool', { strategy: 'weighted' });
    await store.close();
    const before = await readAll(target);
    await expect(restore(file, target)).rejects.toMatchObject({ kind: 'not-empty' });
    expect(await readAll(target)).toEqual(before);
  });

  it.skipIf(isSkipped)('that is aborted leaves nothing behind, and can be restarted', async () => {
    const [source, target] = [await createPlace(engine), await createPlace(engine)];
    await fill(source);
    const stop = new AbortController();
    const stopped = backUp(source, { signal: stop.signal, onProgress: (done) => done > 0 && stop.abort() });
    await expect(stopped).rejects.toThrow(/abort/);
    expect(readdirSync(folder.path()).filter((name) => name.includes('.backup'))).toEqual([]);
    const { file } = await backUp(source);
    const halfWay = new AbortController();
    const restoring = restoreBackup({
      file,
      passphrase,
      signal: halfWay.signal,
      openTarget: async () => createBackupTarget(target),
      onProgress: (done) => done > 500 && halfWay.abort(),
    });
    await expect(restoring).rejects.toThrow(/abort/);
    await expect(verifyBackup({ file, passphrase, signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    await restore(file, target);
    expect(await readAll(target)).toEqual(await readAll(source));
  });

  it.skipIf(isSkipped)('by an earlier version is upgraded', async () => {
    for (const count of [1, migrations.length - 1]) {
      const old = await createPlace(engine);
      const opened = await openEngine(old);
      await migrate(opened, migrations.slice(0, count), 0);
      await opened.db.insertInto('settings').values({ section: 'pool', value: '{"strategy":"weighted"}' }).execute();
      async function* batches() {
        for await (const batch of exportRows(opened, ['settings'])) yield batch;
      }
      const schema = migrations.slice(0, count).map(({ name }) => name);
      const file = folder.file(`old${count}.backup`);
      const source = { schema, count: async () => new Map(), batches, close: opened.close };
      await writeBackup({ source, file, passphrase, withUsage: true, version: '0', now: 0, cost: cheapCost });
      await source.close();
      const target = await createPlace(engine);
      await restore(file, target);
      const store = await openPlace(target);
      expect(await store.settings.load()).toEqual({ pool: { strategy: 'weighted' } });
      expect(await store.tokenEstimates.load()).toEqual([]);
      await store.close();
    }
  });
});

describe('a backup', () => {
  it('contains no secrets in plain text, and only its owner can read it', async () => {
    const place = await createPlace('SQLite');
    await fill(place);
    const { file, bytes } = await backUp(place);
    const content = readFileSync(file);
    expect(content).toHaveLength(bytes);
    for (const secret of [token, 'JBSWY3DPEHPK3PXP', 'weighted']) expect(content.includes(secret)).toBe(false);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect((await collect(openBytes(createReadStream(file), passphrase))).length).toBeGreaterThan(1000);
  });

  it('that is truncated, altered or has another passphrase is rejected before anything is written', async () => {
    const place = await createPlace('SQLite');
    await fill(place);
    const { file, bytes } = await backUp(place);
    const good = readFileSync(file);
    const altered = Buffer.from(good);
    altered[bytes - 40] = (altered[bytes - 40] ?? 0) ^ 1;
    const cases: [Buffer, string, RegExp][] = [
      [good.subarray(0, bytes - 20), passphrase, /cut off or altered/],
      [good.subarray(0, 65_800), passphrase, /cut off or altered|passphrase/],
      [altered, passphrase, /cut off or altered/],
      [Buffer.concat([good, Buffer.of(0)]), passphrase, /cut off or altered/],
      [good, 'another passphrase', /passphrase is wrong/],
      [Buffer.of(), passphrase, /not a backup/],
    ];
    for (const [content, word, message] of cases) {
      writeFileSync(file, content);
      const target = await createPlace('SQLite');
      await expect(restore(file, target, { passphrase: word })).rejects.toThrow(message);
      await expect(verifyBackup({ file, passphrase: word })).rejects.toThrow(message);
      expect(existsSync(target.dataDir)).toBe(false);
    }
  });

  it('that changes between verification and restore is rejected as a whole', async () => {
    const [source, target] = [await createPlace('SQLite'), await createPlace('SQLite')];
    await fill(source);
    const { file, bytes } = await backUp(source);
    const restoring = restoreBackup({
      file,
      passphrase,
      async openTarget() {
        truncateSync(file, bytes - 1);
        return createBackupTarget(target);
      },
    });
    await expect(restoring).rejects.toThrow(/cut off or altered/);
    const engine = await openEngine(target);
    onTestFinished(() => engine.close());
    // The damage is found before or after the tables are created.
    const tables = await engine.db.introspection.getTables();
    const counts = tables.length === 0 ? [] : [...(await countRows(engine.db)).values()];
    expect(counts.filter((count) => count !== 0)).toEqual([]);
  });

  it('is not written over another file, into a missing folder, or with a short passphrase', async () => {
    const place = await createPlace('SQLite');
    await fill(place);
    await backUp(place);
    await expect(backUp(place)).rejects.toThrow(/already/);
    await expect(backUp(place, { name: 'none/a.backup' })).rejects.toThrow(/folder does not exist/);
    const source = await openBackupSource(place, true);
    onTestFinished(() => source.close());
    const file = folder.file('b.backup');
    const short = writeBackup({ source, file, passphrase: 'short', withUsage: true, version: '', now: 0 });
    await expect(short).rejects.toThrow(/at least 8/);
  });

  it('of a database with another secret key or newer version is rejected', async () => {
    const place = await createPlace('SQLite');
    await fill(place);
    const key = createSecretKey(randomBytes(32));
    await expect(backUp({ ...place, loadKey: () => key })).rejects.toMatchObject({ kind: 'wrong-key' });
    const target = createBackupTarget(await createPlace('SQLite'));
    async function* none() {}
    const schema = [...migrations.map(({ name }) => name), '999-later'];
    await expect(target.fill(schema, none(), () => undefined)).rejects.toMatchObject({ kind: 'newer' });
  });
});

/** Values for columns whose content the schema restricts. */
const text = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('', '\n', '\u2028', '"\\', '你好', '\u{1F600}'))
  .map((value) => value.replaceAll('\0', '').toWellFormed());
const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const anyRows = fc.record({
  meta: fc.uniqueArray(fc.record({ name: text, value: text }), { selector: ({ name }) => name, maxLength: 5 }),
  settings: fc.uniqueArray(fc.record({ section: text, value: text }), {
    selector: ({ section }) => section,
    maxLength: 5,
  }),
  credentials: fc.uniqueArray(
    fc.record({
      id: text,
      label: text,
      email: fc.uuid(),
      sealed_token: text,
      cloud_id: fc.option(text),
      enabled: fc.integer({ min: 0, max: 1 }),
      draining: fc.integer({ min: 0, max: 1 }),
      weight: whole,
      max_concurrency: fc.option(whole),
      created_at: whole,
      last_used_at: fc.option(whole),
      token_expires_at: fc.option(whole),
    }),
    { selector: ({ id }) => id, maxLength: 5 },
  ),
  audit: fc.uniqueArray(fc.record({ id: text, at: whole, action: text, target: text, detail: text, address: text }), {
    selector: ({ id }) => id,
    maxLength: 5,
  }),
  usage_names: fc.uniqueArray(
    fc.record({ ref: fc.integer({ min: 1, max: 2 ** 31 - 1 }), kind: fc.uuid(), value: text, label: text }),
    {
      selector: ({ ref }) => ref,
      maxLength: 5,
    },
  ),
  usage_contents: fc.uniqueArray(fc.record({ id: text, started_at: whole, request: text, response: text }), {
    selector: ({ id }) => id,
    maxLength: 40,
  }),
});

it('restoring is the inverse of backing up, for any data', async () => {
  await fc.assert(
    fc.asyncProperty(anyRows, fc.boolean(), async (rows, withUsage) => {
      const [source, target] = [await createPlace('SQLite'), await createPlace('SQLite')];
      const engine = await openEngine(source);
      const vault = createVault(source.loadKey());
      await migrate(engine, migrations, 0);
      const check = { name: sealedMeta.secretKeyCheck, value: 'check' };
      const given: [CopiedTable, StoredRow[]][] = [
        ['meta', [...rows.meta.filter(({ name }) => name !== check.name), check]],
        ['credentials', rows.credentials],
        ['audit', rows.audit],
        ['settings', rows.settings],
        ['usage_names', rows.usage_names],
        ['usage_contents', rows.usage_contents],
      ];
      async function* batches(): AsyncGenerator<RowBatch> {
        for (const [table, list] of given) {
          if (list.length > 0) yield { table, rows: sealRows(vault, table, list) };
        }
      }
      await importRows(engine, batches());
      await engine.close();
      const { file } = await backUp(source, { withUsage, name: `property${places}.backup` });
      await restore(file, target);
      const all = await readAll(source);
      const kept = Object.entries(all).filter(([table]) => withUsage || !table.startsWith('usage_'));
      expect(await readAll(target)).toEqual(Object.fromEntries(kept));
    }),
    { numRuns: 4 },
  );
});
