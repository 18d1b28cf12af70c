import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type PostgresServer, startPostgresServer } from '../../../../test/support/postgres-server.ts';
import { hasPostgres } from '../../../../test/support/shared-services.ts';
import { openPostgres } from './open-postgres.ts';

/** Starts a server with TLS for a suite. @returns a function that connects and tells whether TLS is used */
function provideTlsServer(options: { readonly asksForCertificate: boolean }) {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgresServer({ hasTls: true, ...options });
  });
  afterAll(() => server?.close());
  return async (host: string, parameters: string) => {
    const url = new URL(server.url);
    url.hostname = host;
    const key = server.certificate.replace(/crt$/, 'key');
    url.search = parameters.replaceAll('OWN', server.certificate).replaceAll('KEY', key);
    const engine = await openPostgres({ url: url.href });
    onTestFinished(() => engine.close());
    const asked = sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    return (await asked.execute(engine.db)).rows[0]?.ssl;
  };
}

describe.skipIf(!hasPostgres)('TLS according to sslmode in the URL', () => {
  const open = provideTlsServer({ asksForCertificate: false });

  it.each([
    ['localhost', '', false],
    ['localhost', 'sslmode=disable', false],
    ['localhost', 'sslmode=allow', true],
    ['localhost', 'sslmode=prefer', true],
    ['127.0.0.1', 'sslmode=require', true],
    ['127.0.0.1', 'sslmode=verify-ca&sslrootcert=OWN', true],
    ['localhost', 'sslmode=verify-full&sslrootcert=OWN', true],
  ])('%s with "%s" is encrypted: %s', async (host, parameters, isEncrypted) => {
    expect(await open(host, parameters)).toBe(isEncrypted);
  });

  it.each([
    ['a certificate that nobody vouches for', 'localhost', 'sslmode=verify-full', /self-signed/],
    ["another server's certificate", '127.0.0.1', 'sslmode=verify-full&sslrootcert=OWN', /does not match/],
    ['a certificate authority that is not named', '127.0.0.1', 'sslmode=verify-ca', /sslrootcert/],
  ])('%s is refused', async (_, host, parameters, words) => {
    await expect(open(host, parameters)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(words),
    });
  });
});

describe.skipIf(!hasPostgres)('TLS with a client certificate', () => {
  const open = provideTlsServer({ asksForCertificate: true });

  it('uses sslcert and sslkey, and is refused without', async () => {
    const own = 'sslmode=verify-full&sslrootcert=OWN';
    expect(await open('localhost', `${own}&sslcert=OWN&sslkey=KEY`)).toBe(true);
    const message = expect.stringMatching(/client certificate/);
    await expect(open('localhost', own)).rejects.toMatchObject({ kind: 'unreachable', message });
  });
});
