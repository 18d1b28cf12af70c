import { execFile } from 'node:child_process';
import { chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { createCertificate } from './certificate.ts';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import { ServiceProcess } from './service-process.ts';

const run = promisify(execFile);

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const userId = process.getuid?.() === 0 ? 65_534 : undefined;
const user = 'gateway';

/** A PostgreSQL server of its own, on a free port of the loopback interface. */
export interface PostgresServer {
  /** Of the database `postgres`, as its superuser. */
  readonly url: string;
  urlOf(database: string): string;
  /** Creates a database. @returns its URL */
  createDatabase(name: string): Promise<string>;
  /** The path of its certificate, when it speaks TLS. */
  readonly certificate: string;
  start(): Promise<void>;
  /** `SIGINT` ends connections and stops in good order; `SIGQUIT` and `SIGKILL` are crashes. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** The server's process; undefined while it is stopped. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

export interface PostgresServerOptions {
  /** False: quick, and nothing is safe from a power cut. */
  readonly isDurable?: boolean;
  /** True: it speaks TLS too, as `localhost`, with a certificate of its own. */
  readonly hasTls?: boolean;
  /** Files larger than this cannot be written, as on a full disk; KiB, at least 2048. */
  readonly largestFile?: number;
  /** More lines of `postgresql.conf`. */
  readonly settings?: readonly string[];
}

export async function startPostgresServer(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const initdb = findProgram('initdb');
  if (initdb === undefined) throw new Error('PostgreSQL is needed here: run "npm test", or install it.');
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  if (userId !== undefined) chownSync(folder, userId, userId);
  const data = join(folder, 'data');
  await createCluster(initdb, folder, data, options.largestFile === undefined ? [] : ['--wal-segsize=1']);
  const certificate = join(folder, 'server.crt');
  const tls = options.hasTls === true ? await tlsSettings(folder, certificate) : [];
  const port = await freePort();
  const quick = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=300',
    ...(options.isDurable === true ? [] : quick),
    ...tls,
    ...(options.settings ?? []),
  ];
  const urlOf = (database: string) => `postgres://${user}@127.0.0.1:${port}/${database}`;
  const url = urlOf('postgres');
  const program = join(dirname(initdb), 'postgres');
  const parameters = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const limited = `ulimit -f ${options.largestFile}; exec "$0" "$@"`;
  const service = new ServiceProcess({
    ...(options.largestFile === undefined
      ? { file: program, arguments: parameters }
      : { file: 'bash', arguments: ['-c', limited, program, ...parameters] }),
    folder,
    userId,
    isReady: () =>
      query(url, 'select 1').then(
        () => true,
        () => false,
      ),
  });
  await service.start();
  return {
    url,
    urlOf,
    certificate,
    async createDatabase(name) {
      await query(url, `create database ${name}`);
      return urlOf(name);
    },
    start: () => startPatiently(service),
    stop: (signal = 'SIGINT') => service.end(signal),
    get pid() {
      return service.pid;
    },
    close: () => service.close('SIGQUIT'),
  };
}

/** After a crash, what is left of the last run may hold its shared memory for a moment. */
async function startPatiently(service: ServiceProcess, attempts = 20): Promise<void> {
  try {
    await service.start();
  } catch (error) {
    if (attempts === 1) throw error;
    await sleep(200);
    await startPatiently(service, attempts - 1);
  }
}

async function query(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** @returns the settings that use it */
async function tlsSettings(folder: string, certificate: string): Promise<string[]> {
  const key = join(folder, 'server.key');
  await createCertificate({ folder, key, certificate, userId });
  return ['ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`];
}

/** Sorts as people do by default: what must be sorted by characters is to say so. */
async function createCluster(initdb: string, folder: string, data: string, more: readonly string[]): Promise<void> {
  const common = ['-D', data, '-U', user, '--auth=trust', '--encoding=UTF8', '--no-sync', '--no-instructions'];
  const parameters = [...common, ...more];
  const locale = ['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US'];
  const options = { cwd: folder, ...(userId === undefined ? {} : { uid: userId, gid: userId }) };
  // Versions before 15 know no ICU here.
  await run(initdb, [...parameters, ...locale], options).catch(() => run(initdb, parameters, options));
}
