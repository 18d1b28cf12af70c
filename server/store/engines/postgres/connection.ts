import { Client, type ClientConfig, types } from 'pg';
import { StoreFailure } from '../../store-failure.ts';

/** Milliseconds. */
const connectTimeout = 5000;
const keepAliveDelay = 10_000;
const tlsModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** Parses numbers of all sizes as JavaScript numbers. The ledger's sums stay far below 2^53. */
const numberTypes: ReadonlySet<number> = new Set([types.builtins.INT8, types.builtins.NUMERIC]);
const getTypeParser: typeof types.getTypeParser = (oid, format) =>
  numberTypes.has(oid) ? Number : types.getTypeParser(oid, format);

/**
 * Reads a connection URL. TLS options work as in libpq (https://www.postgresql.org/docs/current/libpq-ssl.html):
 * `sslmode`, `sslrootcert`, `sslcert`, `sslkey` and `sslnegotiation`. Without `sslmode`, TLS is off.
 *
 * @param name identifies this gateway's connections on the server
 * @throws StoreFailure for invalid options
 */
export async function readConnectionUrl(url: string, name: string): Promise<ClientConfig> {
  const mode = new URL(url).searchParams.get('sslmode');
  if (mode !== null && !tlsModes.includes(mode)) {
    throw new StoreFailure('unreachable', `DATABASE_URL: sslmode must be one of ${tlsModes.join(', ')}.`);
  }
  if (mode !== 'prefer' && mode !== 'allow') return toClientConfig(url, name, mode);
  const withTls = toClientConfig(url, name, 'prefer');
  return (await speaksTls(withTls)) ? withTls : toClientConfig(url, name, 'disable');
}

function toClientConfig(url: string, name: string, mode: string | null): ClientConfig {
  const parsed = new URL(url);
  const { searchParams } = parsed;
  searchParams.set('uselibpqcompat', 'true');
  searchParams.set('application_name', name);
  // PostgreSQL would JIT-compile seemingly expensive statements, which takes longer than to run our most expensive one.
  searchParams.set('options', `${searchParams.get('options') ?? ''} -c jit=off`.trim());
  if (mode !== null) searchParams.set('sslmode', mode);
  const config: ClientConfig = {
    connectionString: parsed.href,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelay,
    types: { getTypeParser },
  };
  try {
    // Reads the certificate files.
    new Client(config);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreFailure('unreachable', `DATABASE_URL cannot be used (${reason}).`, { cause });
  }
  return config;
}

/** Other problems are found when the connection is used. */
async function speaksTls(config: ClientConfig): Promise<boolean> {
  const client = new Client(config);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    return !(error instanceof Error && error.message.includes('does not support SSL'));
  } finally {
    await client.end().catch(() => undefined);
  }
}
