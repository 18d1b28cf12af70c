import { execFile } from 'node:child_process';
import { chownSync, mkdtempSync, statfsSync, writeFileSync } from 'node:fs';
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

/** PostgreSQL refuses to run as root, so as root it is started as the user nobody. */
const userId = process.getuid?.() === 0 ? 65_534 : undefined;
const user = 'gateway';

/** A separate PostgreSQL server on a free loopback port. */
export interface PostgresServer {
  /** URL of the database `postgres`, as superuser. */
  readonly url: string;
  urlOf(database: string): string;
  /** Creates a database. @returns its URL */
  createDatabase(name: string): Promise<string>;
  /** Path of its certificate, if it uses TLS. */
  readonly certificate: string;
  start(): Promise<void>;
  /** `SIGINT` closes connections and shuts down cleanly; `SIGQUIT` and `SIGKILL` simulate crashes. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** The server process; undefined while stopped. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

export interface PostgresServerOptions {
  /** False: faster, without durability. */
  readonly isDurable?: boolean;
  /** True: also accepts TLS, as `localhost`, with a self-signed certificate. */
  readonly hasTls?: boolean;
  /** True, with `hasTls`: TLS connections must present its own certificate. */
  readonly asksForCertificate?: boolean;
  /** Maximum file size, to simulate a full disk; KiB, at least 2048. */
  readonly largestFile?: number;
  /** Additional lines for `postgresql.conf`. */
  readonly settings?: readonly string[];
}

export async function startPostgresServer(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const initdb = findProgram('initdb');
  if (initdb === undefined) throw new Error('PostgreSQL is needed here: run "npm test", or install it.');
  const folder = mkdtempSync(join(options.isDurable === true ? tmpdir() : findQuickFolder(), 'postgres-'));
  if (userId !== undefined) chownSync(folder, userId, userId);
  const data = join(folder, 'data');
  await createCluster(initdb, folder, data, options.largestFile === undefined ? [] : ['--wal-segsize=1']);
  const certificate = join(folder, 'server.crt');
  const tls = options.hasTls === true ? await tlsSettings(folder, certificate) : [];
  const asked = options.asksForCertificate === true ? askForCertificate(folder, certificate) : [];
  const port = await freePort();
  const quick = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=300',
    ...(options.isDurable === true ? [] : quick),
    ...tls,
    ...asked,
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

/** In bytes; the databases of a whole test run take a fifth of it. */
const quickRoom = 4 * 1024 ** 3;

/** Linux's memory file system if it has enough room: each database has 300 files, so on a disk they take long. */
function findQuickFolder(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize >= quickRoom) return '/dev/shm';
  } catch {
    // There is none.
  }
  return tmpdir();
}

/** After a crash, remaining processes may hold the shared memory for a moment. */
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

/** @returns the settings that use it */
function askForCertificate(folder: string, certificate: string): string[] {
  const path = join(folder, 'hba.conf');
  writeFileSync(path, 'hostnossl all all 127.0.0.1/32 trust\nhostssl all all all trust clientcert=verify-ca\n');
  return [`ssl_ca_file=${certificate}`, `hba_file=${path}`];
}

/** Uses a linguistic default collation, so that queries must request sorting by code point explicitly. */
async function createCluster(initdb: string, folder: string, data: string, more: readonly string[]): Promise<void> {
  const common = ['-D', data, '-U', user, '--auth=trust', '--encoding=UTF8', '--no-sync', '--no-instructions'];
  const parameters = [...common, ...more];
  const locale = ['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US'];
  const options = { cwd: folder, ...(userId !== undefined && { uid: userId, gid: userId }) };
  // Versions before 15 do not support ICU here.
  await run(initdb, [...parameters, ...locale], options).catch(() => run(initdb, parameters, options));
}
