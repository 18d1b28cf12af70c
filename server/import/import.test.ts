import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Admin, openAdmin } from '../admin/admin.ts';
import { createMemoryAdminStore } from '../admin/testing/memory-admin-store.ts';
import { createKeyRegistry, type KeyRegistry } from '../keys/key-registry.ts';
import { createMemoryKeyStore } from '../keys/testing/memory-key-store.ts';
import { createPool, type Pool } from '../pool/pool.ts';
import { MemoryCredentialStore } from '../pool/testing/memory-credential-store.ts';
import { defaultSettings } from '../settings/settings-registry.ts';
import type { SourceFile } from './found.ts';
import { applyImport, planImport } from './import.ts';
import { readFiles } from './read-file.ts';
import {
  allSecrets,
  authFiles,
  credentialJson,
  csvFile,
  environmentFile,
  goDatabase,
  goKey,
  goPassword,
  goStatements,
  lineFile,
  proxyConfiguration,
  routerConfiguration,
  rovodevEnvironmentFile,
  secretKey,
  singleCredentialJson,
  tokens,
} from './testing/sources.ts';

let services: { readonly pool: Pool; readonly keys: KeyRegistry; readonly admin: Admin };

beforeEach(async () => {
  services = {
    admin: await openAdmin({ store: createMemoryAdminStore() }),
    keys: await createKeyRegistry({ store: createMemoryKeyStore() }),
    pool: await createPool({
      store: new MemoryCredentialStore(),
      settings: () => defaultSettings().pool,
      accounts: { checkCredits: async () => ({ status: 'ok' }), listSites: async () => [] },
      background: false,
    }),
  };
});

const plan = (files: readonly SourceFile[]) => planImport(readFiles(files), services);
const apply = (files: readonly SourceFile[]) => applyImport(readFiles(files), services);
const credentials = () =>
  services.pool.list().map(({ credential: { email, token, cloudId, label } }) => [email, token, cloudId, label]);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const edit = ({ name, bytes }: SourceFile, change: (content: string) => string): SourceFile => ({
  name,
  bytes: Buffer.from(change(text(bytes))),
});

const both = [
  ['a@example.com', tokens.first],
  ['b@example.com', tokens.second],
];
/** Each kind with its files, their emails, and their keys. */
const kinds: [kind: string, files: readonly SourceFile[], emails: readonly string[][], keys: string[]][] = [
  ['go-database', goDatabase(), both, [goKey]],
  ['go-database', goDatabase(goStatements, 'wal'), both, [goKey]],
  ['environment', [environmentFile], both, [secretKey]],
  ['environment', [rovodevEnvironmentFile], both.slice(0, 1), []],
  ['auth-file', authFiles, both, []],
  ['proxy-configuration', [proxyConfiguration], both, [secretKey]],
  ['credential-json', [credentialJson], both, []],
  ['credential-json', [singleCredentialJson], both.slice(0, 1), []],
  ['router-configuration', [routerConfiguration], both, []],
  ['lines', [lineFile], both, []],
  ['lines', [csvFile], both, []],
];

describe.each(kinds)('%s, an import of it', (kind, files, emails, keys) => {
  it('is previewed, adds what is there, and nothing twice', async () => {
    const shown = plan(files);
    expect(shown.kinds).toEqual([kind]);
    expect(new Set(shown.lines.map(({ status }) => status))).toEqual(new Set(['new']));
    expect(credentials()).toEqual([]);

    const applied = await apply(files);
    expect(applied.map((line) => ({ ...line, status: 'new' }))).toEqual(shown.lines);
    expect(new Set(applied.map(({ status }) => status))).toEqual(new Set(['added']));
    expect(credentials().map((one) => one.slice(0, 2))).toEqual(emails);
    for (const key of keys) expect(services.keys.verify(key)).toBeDefined();
    expect(services.keys.list()).toHaveLength(keys.length);

    expect(new Set(plan(files).lines.map(({ status }) => status))).toEqual(new Set(['present']));
    expect(new Set((await apply(files)).map(({ status }) => status))).toEqual(new Set(['present']));
    expect(credentials()).toHaveLength(emails.length);
    const audit = await services.admin.audit.list({ limit: 9 });
    expect(audit.items).toMatchObject([{ action: 'import.run' }]);
    for (const secret of allSecrets) expect(JSON.stringify([shown, applied, audit])).not.toContain(secret);
  });

  it('shows no secret, and never fails, however damaged the file is', async () => {
    for (const cut of [0.3, 0.5, 0.8, 0.97]) {
      const damaged = files.map(({ name, bytes }) => ({ name, bytes: bytes.subarray(0, bytes.length * cut) }));
      const shown = plan(damaged);
      expect(shown.lines.length).toBeGreaterThan(0);
      for (const secret of allSecrets) expect(JSON.stringify(shown)).not.toContain(secret.slice(8, 24));
    }
    expect(credentials()).toEqual([]);
  });
});

describe('a partially damaged file', () => {
  it('is imported without the damaged entries, each of which is reported', async () => {
    const damaged: [SourceFile, string][] = [
      [edit(environmentFile, (content) => content.replace('b@example.com:', 'b.example.com:')), 'RV_COOKIE, entry 2'],
      [
        edit(proxyConfiguration, (content) => content.replace('email: b@example.com', 'mail: b')),
        'rovo-api-key, entry 2',
      ],
      [edit(credentialJson, (content) => content.replace('b@example.com', 'b')), 'entry 2'],
      [edit(lineFile, (content) => content.replace('b@example.com', 'b')), 'line 3'],
    ];
    for (const [source, place] of damaged) {
      expect(plan([source]).lines.filter(({ status }) => status !== 'new')).toMatchObject([
        { place, what: 'credential', name: '', status: 'invalid', message: expect.stringMatching(/email/) },
      ]);
    }
    const statements = goStatements.map((statement) => statement.replace("'b@example.com'", "''"));
    const applied = await apply(goDatabase(statements));
    expect(applied.map(({ place, status }) => [place, status])).toEqual([
      ['credentials, row 1', 'added'],
      ['credentials, row 2', 'invalid'],
      ['api_tokens, row 1', 'added'],
      ['admin_passwords, row 2', 'added'],
    ]);
    expect(credentials()).toEqual([['a@example.com', tokens.first, null, '']]);
  });

  it('is rejected with one line if the file itself is damaged, and changes nothing', async () => {
    const [database] = goDatabase();
    const bytes = database?.bytes ?? Buffer.of();
    const overwritten = Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, 'x')]);
    const files: SourceFile[] = [
      { name: 'credentials.db', bytes: bytes.subarray(0, bytes.length / 2) },
      { name: 'credentials_dev.db', bytes: overwritten },
      edit(credentialJson, (content) => content.slice(0, -30)),
      edit(proxyConfiguration, (content) => content.replace('port: 8317', 'port: [8317')),
    ];
    for (const source of files) {
      const lines = await apply([source]);
      const message = expect.stringMatching(/damaged/);
      expect(lines).toMatchObject([{ file: source.name, what: 'file', status: 'unreadable', message }]);
    }
    expect(credentials()).toEqual([]);
    expect(services.keys.list()).toEqual([]);
    expect(services.admin.account.knownPasswordHash()).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['prose', 'This is a letter: nothing else.\nRegards'],
    ['HTML', '<!doctype html><p>a@example.com</p>'],
    ['bytes', '\x89PNG\r\n\x1a\n\0\0\0'],
    ['an auth file of another vendor', '{"type":"claude","email":"a@example.com","access_token":"x"}'],
    ['settings without credentials', 'ROVODEV_CLOUD_ID=x\n'],
    ['JSON of no program', '{"name":"package","version":"1"}'],
    ['an export of this gateway', '{"format":"atlassian-proxy-export","version":1}'],
    ['a deep document', `${'['.repeat(4000)}${']'.repeat(4000)}`],
  ])('and what is of another kind is named as such: %s', async (_what, content) => {
    const lines = await apply([{ name: 'some-file', bytes: Buffer.from(content, 'latin1') }]);
    expect(lines).toMatchObject([{ file: 'some-file', what: 'file', status: 'unreadable' }]);
    expect(lines[0]?.message).toMatch(/^[A-Z][^\n]+\.$/);
  });

  it('a database of another program, or with a view instead of a table, is rejected', () => {
    const foreign = [
      ['create table notes (id integer)'],
      ['create table credentials (id integer primary key, name text)'],
      ["create view credentials as select 1 as id, 'a@example.com' as email, 'token-token' as token"],
    ];
    for (const statements of foreign) {
      expect(plan(goDatabase(statements)).lines).toMatchObject([{ status: 'unreadable' }]);
    }
  });

  it('names are not compared with each other, which would take quadratic time', () => {
    const content = `api_key: ${`a@example.com:${tokens.first}`}\nname: x\nname: y\n`;
    expect(plan([{ name: 'a.yaml', bytes: Buffer.from(content) }]).lines).toMatchObject([{ status: 'new' }]);
  });

  it('an error is reported with its line', () => {
    const bytes = Buffer.from('a: b\nc: [\nd: e\n');
    expect(plan([{ name: 'a.yaml', bytes }]).lines[0]?.message).toMatch(/at line [23]\.$/);
  });

  it('YAML that would take long is rejected', () => {
    const bytes = Buffer.from(`a: b\n${'#\n'.repeat(250_000)}`);
    expect(readFiles([{ name: 'a.yaml', bytes }])).toMatchObject([
      { kind: undefined, message: expect.stringContaining('too large for YAML') },
    ]);
  });

  it('no expression of a database is evaluated', () => {
    const insert = `insert into credentials (id, email, token) values (1, 'a@example.com', '${tokens.first}')`;
    const checked = [
      'pragma ignore_check_constraints = on',
      "create table credentials (id integer primary key, email text, token text check (token = 'evaluated'))",
      insert,
    ];
    expect(plan(goDatabase(checked)).lines).toMatchObject([{ name: 'a@example.com', status: 'new' }]);
    for (const kind of ['virtual', 'stored']) {
      const computed = [
        `create table credentials (id integer primary key, email text, token text, x generated always as (1) ${kind})`,
        insert,
      ];
      expect(plan(goDatabase(computed)).lines).toMatchObject([
        { status: 'unreadable', message: expect.stringContaining('computed columns') },
      ]);
    }
  });
});

describe('files edited by hand', () => {
  const tokenOf = (name: string, content: string | Uint8Array) =>
    readFiles([{ name, bytes: Buffer.from(content) }]).flatMap((read) =>
      read.kind === undefined
        ? [read.message]
        : read.items.map((item) => (item.type === 'credential' ? item.credential.token : item.type)),
    );
  const pair = `a@example.com:${tokens.first}`;

  it.each<[string, string | Uint8Array]>([
    ['lines that end as on Windows', `API_SECRET=\r\nRV_COOKIE=${pair}\r\n`],
    ['a remark behind a value', `RV_COOKIE=${pair} # mine\n`],
    ['quotes', `RV_COOKIE='${pair}'\n`],
    ['a byte order mark', `\uFEFF{"email":"a@example.com","api_token":"${tokens.first}"}`],
    ['UTF-16', Buffer.from(`\uFEFF${pair}\r\n`, 'utf16le')],
    ['an auth file without its type', `{"email":"a@example.com","api_key":"${tokens.first}"}`],
    ['YAML without quotes', `providers:\n  - name: x\n    api_key: ${pair}\n`],
    ['YAML of a router', `model_list:\n  - litellm_params: { api-key: "${pair}" }\n`],
  ])('is read with %s', (_what, content) => {
    expect(tokenOf('x', content)).toEqual([tokens.first]);
  });

  it('reports what is not imported, and what an auth file lacks', async () => {
    expect((await apply([proxyConfiguration])).map(({ message }) => message)).toEqual([
      expect.stringMatching(/priority .+ not imported/),
      '',
      '',
    ]);
    const lacking = { name: 'rovo-x.json', bytes: Buffer.from('{"type":"rovo","email":"c@example.com"}') };
    expect(plan([lacking]).lines).toMatchObject([
      { name: 'c@example.com', status: 'invalid', message: 'There is no token.' },
    ]);
  });
});

describe('several files', () => {
  it('count as one import: repeated items are reported, and existing ones are unchanged', async () => {
    await services.pool.add({ email: 'B@example.com', token: 'another-token' });
    const lines = await apply([lineFile, credentialJson, { name: 'README', bytes: Buffer.from('read me') }]);
    expect(lines.map(({ file, status }) => [file, status])).toEqual([
      ['tokens.txt', 'added'],
      ['tokens.txt', 'present'],
      ['cred.json', 'repeated'],
      ['cred.json', 'present'],
      ['README', 'unreadable'],
    ]);
    expect(lines[1]?.message).toMatch(/another token/);
    expect(credentials()).toContainEqual(['B@example.com', 'another-token', null, '']);
  });

  it('stop when aborted, and can be continued', async () => {
    const stopped = AbortSignal.abort();
    const files = readFiles([lineFile]);
    const lines = await applyImport(files, services, { signal: stopped });
    expect(lines.map(({ status }) => status)).toEqual(['skipped', 'skipped']);
    expect((await applyImport(files, services)).map(({ status }) => status)).toEqual(['added', 'added']);
  });

  it('report their progress', async () => {
    const content = Array.from({ length: 250 }, (_, index) => `u${index}@example.com:${tokens.first}`).join('\n');
    const seen: number[] = [];
    await applyImport(readFiles([{ name: 'many', bytes: Buffer.from(content) }]), services, {
      onProgress: (done, total) => seen.push(done / total),
    });
    expect(seen).toHaveLength(250);
    expect(seen.at(-1)).toBe(1);
    expect(credentials()).toHaveLength(250);
  });
});

describe('the password of the Go program', () => {
  const origin = { address: '10.0.0.1', userAgent: 'test' };

  it('allows one login, must be changed then, and is stored as argon2id from then on', async () => {
    await apply(goDatabase());
    const { admin } = services;
    await expect(admin.login({ password: 'the-initial-one' }, origin)).rejects.toMatchObject({
      code: 'wrong_password',
    });
    const { session } = await admin.login({ password: goPassword }, origin);
    expect(admin.account.passwordChangeRequired()).toBe(true);
    expect(admin.account.knownPasswordHash()).toMatch(/\$argon2id\$/);
    await expect(admin.login({ password: goPassword }, origin)).rejects.toThrow(/already been used/);
    await expect(admin.login({ password: 'wrong' }, origin)).rejects.toThrow('The password is wrong.');
    const by = { sessionId: session.id, address: '' };
    await expect(admin.changePassword(goPassword, goPassword, by)).rejects.toMatchObject({ code: 'weak_password' });
    await admin.changePassword(goPassword, 'correct horse battery staple', by);
    expect(admin.account.knownPasswordHash()).toMatch(/^\$argon2id\$/);
    await admin.login({ password: 'correct horse battery staple' }, origin);
    await expect(admin.login({ password: goPassword }, origin)).rejects.toMatchObject({ code: 'wrong_password' });
  });

  it('allows only one of two concurrent logins', async () => {
    await apply(goDatabase());
    const logins = [1, 2].map(() => services.admin.login({ password: goPassword }, origin));
    const results = await Promise.allSettled(logins);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(services.admin.sessions.list()).toHaveLength(1);
  });

  it('replaces a generated one, but no other', async () => {
    const { account } = services.admin;
    await account.firstStart();
    expect((await apply(goDatabase())).at(-1)).toMatchObject({ what: 'password', status: 'added' });
    expect(await account.isPassword(goPassword)).toBe(true);
    const password = await services.admin.resetPassword();
    await account.changePassword(password, 'correct horse battery staple');
    expect(plan(goDatabase()).lines.at(-1)).toMatchObject({
      status: 'present',
      message: expect.stringMatching(/already has a password/),
    });
    await apply(goDatabase());
    expect(await account.isPassword('correct horse battery staple')).toBe(true);
  });
});

describe('any file', () => {
  it('is reported in some way, without secrets', () => {
    const secret = 'S3CR3T-T0K3N-abcdefgh';
    const pieces = [
      'a@b.co',
      secret,
      ':',
      ',',
      '\n',
      '"',
      '{',
      '}',
      '[',
      ']',
      'email',
      'api_key',
      'api_token',
      'rovo-api-key:',
      '- ',
      'RV_COOKIE=',
      'API_SECRET=',
      ' ',
      '&a',
      '*a',
      'type',
      'SQLite format 3\0',
      '\0',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
        const { lines } = plan([{ name: 'x', bytes: Buffer.from(parts.join('')) }]);
        expect(lines.length).toBeGreaterThan(0);
        for (const { place, message } of lines) expect(place + message).not.toContain(secret);
      }),
      { numRuns: 300 },
    );
  });
});
