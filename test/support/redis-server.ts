import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createCertificate } from './certificate.ts';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import { ServiceProcess } from './service-process.ts';

const run = promisify(execFile);
/** Milliseconds. */
const lookInterval = 50;

/** A separate Redis or Valkey server on a free loopback port, without persistence. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Port for the other nodes of a cluster. */
  readonly clusterPort: number;
  /** Path of its certificate, if it uses TLS. */
  readonly certificate: string;
  /** Starts it again; it is empty, because it has no persistence. */
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** The server process; undefined while stopped. */
  readonly pid: number | undefined;
  /** Runs a command with the server's own command-line client. */
  command(...words: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export interface RedisServerOptions {
  /** Additional arguments, such as `--requirepass x`. */
  readonly settings?: readonly string[];
  /** True: accepts only TLS, as `localhost`, with a self-signed certificate. */
  readonly hasTls?: boolean;
  /** True: starts a cluster node; see `startRedisCluster`. */
  readonly isClusterNode?: boolean;
  /** Starts a sentinel that monitors this group name and master port. */
  readonly watches?: { readonly group: string; readonly port: number };
}

export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { settings = [], hasTls = false, isClusterNode = false, watches } = options;
  const program = findProgram('valkey-server', 'redis-server');
  if (program === undefined) throw new Error('Redis or Valkey is needed here: run "npm test", or install it.');
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const certificate = join(folder, 'server.crt');
  const port = await freePort();
  const ports = hasTls ? await tlsSettings(folder, certificate, port) : ['--port', String(port)];
  // The default is the client port plus 10,000, which may be out of range.
  const clusterPort = isClusterNode ? await freePort() : 0;
  const cluster = isClusterNode
    ? ['--cluster-enabled', 'yes', '--cluster-port', String(clusterPort), '--cluster-announce-ip', '127.0.0.1']
    : [];
  const common = ['--bind', '127.0.0.1', ...ports, '--dir', folder, ...cluster, ...settings];
  const service = new ServiceProcess({
    file: program,
    arguments:
      watches === undefined ? [...common, '--save', ''] : [writeSentinel(folder, watches), ...common, '--sentinel'],
    folder,
    isReady: () => accepts(port),
  });
  await service.start();
  return {
    url: hasTls ? `rediss://localhost:${port}` : `redis://127.0.0.1:${port}`,
    port,
    clusterPort,
    certificate,
    start: () => service.start(),
    stop: (signal = 'SIGTERM') => service.end(signal),
    get pid() {
      return service.pid;
    },
    async command(...words) {
      const client = join(dirname(program), program.includes('valkey') ? 'valkey-cli' : 'redis-cli');
      return (await run(client, ['-p', String(port), ...words])).stdout.trim();
    },
    close: () => service.close('SIGTERM'),
  };
}

const slotCount = 16_384;

/** Starts a cluster with evenly distributed slots, and waits until all nodes know each other. */
export async function startRedisCluster(size: number): Promise<readonly RedisServer[]> {
  const nodes = await Promise.all(Array.from({ length: size }, () => startRedisServer({ isClusterNode: true })));
  const [first] = nodes;
  for (const [index, node] of nodes.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((slotCount * part) / size));
    await node.command('cluster', 'addslotsrange', String(from), String(Number(to) - 1));
    if (node === first) continue;
    await first?.command('cluster', 'meet', '127.0.0.1', String(node.port), String(node.clusterPort));
  }
  for (const node of nodes) {
    while (!(await node.command('cluster', 'info')).includes('cluster_state:ok')) await sleep(lookInterval);
  }
  return nodes;
}

async function tlsSettings(folder: string, certificate: string, port: number): Promise<string[]> {
  const key = join(folder, 'server.key');
  await createCertificate({ folder, key, certificate });
  const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
  return ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', ...files];
}

/** @returns the path of the configuration file, which a sentinel rewrites */
function writeSentinel(folder: string, { group, port }: { readonly group: string; readonly port: number }): string {
  const path = join(folder, 'sentinel.conf');
  const lines = [
    `sentinel monitor ${group} 127.0.0.1 ${port} 1`,
    `sentinel down-after-milliseconds ${group} 300`,
    `sentinel failover-timeout ${group} 3000`,
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
