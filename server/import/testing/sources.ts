import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SourceFile } from '../found.ts';

/** Made-up tokens in real formats. */
export const tokens = {
  first: 'ATATT3xFfGF0made-up-first-token=1A2B3C4D',
  second: 'ATATT3xFfGF0made-up:second:token=5E6F7A8B',
} as const;
export const goKey = `sk-${'0123456789abcdef'.repeat(4)}`;
export const secretKey = 'my-client-key-0123456789';
export const goPassword = 'old-go-password';
export const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

/** Secrets that must not appear in any output. */
export const allSecrets: readonly string[] = [...Object.values(tokens), goKey, secretKey, sha256Of(goPassword)];

const file = (name: string, content: string): SourceFile => ({ name, bytes: Buffer.from(content) });

/** SQL statements that create and fill the Go program's tables. */
export const goStatements: readonly string[] = [
  'create table credentials (id integer primary key, email text not null, token text not null)',
  'create table api_tokens (id integer primary key, token text not null, created_at timestamp default current_timestamp)',
  `create table admin_passwords (id integer primary key, password_hash text not null, is_initial boolean default false,
    created_at timestamp default current_timestamp)`,
  `insert into credentials (id, email, token) values (1, 'a@example.com', '${tokens.first}')`,
  `insert into credentials (id, email, token) values (2, 'b@example.com', '${tokens.second}')`,
  `insert into api_tokens (id, token) values (1, '${goKey}')`,
  `insert into admin_passwords (id, password_hash) values (1, '${sha256Of('the-initial-one')}')`,
  `insert into admin_passwords (id, password_hash) values (2, '${sha256Of(goPassword)}')`,
];

/** @param journal with `wal`, the latest rows are only in the log, as after a crash */
export function goDatabase(
  statements: readonly string[] = goStatements,
  journal: 'delete' | 'wal' = 'delete',
): SourceFile[] {
  const folder = mkdtempSync(join(tmpdir(), 'go-database-'));
  try {
    const path = join(folder, 'credentials.db');
    const database = new DatabaseSync(path);
    database.exec(`pragma journal_mode = ${journal}`);
    for (const statement of statements) database.exec(statement);
    const names = journal === 'wal' ? ['credentials.db', 'credentials.db-wal'] : ['credentials.db'];
    const files = names.map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
    database.close();
    return files;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const environmentFile = file(
  '.env',
  `# settings\nexport API_SECRET="${secretKey}"\nRV_COOKIE=a@example.com:${tokens.first}, b@example.com:${tokens.second}\n`,
);
export const rovodevEnvironmentFile = file(
  'rovodev.env',
  `ROVODEV_EMAIL=a@example.com\nROVODEV_API_TOKEN=${tokens.first}\nROVODEV_CLOUD_ID=cloud-1\n`,
);
export const authFiles: readonly SourceFile[] = [
  file(
    'rovo-a@example.com-1760000000.json',
    JSON.stringify({ email: 'a@example.com', api_key: tokens.first, cloud_id: 'cloud-1', type: 'rovo' }),
  ),
  file(
    'rovo-b@example.com-1760000001.json',
    JSON.stringify({ email: 'b@example.com', api_key: tokens.second, cloud_id: '', type: 'rovo' }),
  ),
];
export const proxyConfiguration = file(
  'config.yaml',
  `port: 8317
auth-dir: "~/.proxy"
api-keys:
  - "${secretKey}"
rovo-api-key:
  - api-key: "${tokens.first}"
    email: "a@example.com"
    cloud-id: "cloud-1"
    priority: 2
    models:
      - name: "anthropic:claude-sonnet-4"
        alias: "sonnet"
  - api-key: ${tokens.second}
    email: b@example.com
`,
);
export const credentialJson = file(
  'cred.json',
  JSON.stringify([
    { email: 'a@example.com', api_token: tokens.first },
    { email: 'b@example.com', api_token: tokens.second },
  ]),
);
export const singleCredentialJson = file(
  'cred.json',
  JSON.stringify({ email: 'a@example.com', api_token: tokens.first }),
);
export const routerConfiguration = file(
  'router.json',
  JSON.stringify({
    Providers: [
      { name: 'rovo', api_base_url: 'http://127.0.0.1:1', api_key: `a@example.com:${tokens.first}`, models: ['m'] },
      { name: 'other', api_key: 'sk-of-another-vendor-0123456789' },
    ],
    nested: { deep: [{ apiKey: `b@example.com:${tokens.second}` }] },
  }),
);
export const lineFile = file(
  'tokens.txt',
  `# mine\na@example.com:${tokens.first}\nb@example.com,${tokens.second},Team\n`,
);
export const csvFile = file(
  'tokens.csv',
  `email;api_token;label\na@example.com;${tokens.first};Team\nb@example.com;${tokens.second};\n`,
);
