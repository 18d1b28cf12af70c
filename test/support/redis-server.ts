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

/** A Redis or Valkey server of its own, on a free port of the loopback interface; it keeps nothing on the disk. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** On which it speaks to the other nodes, when it is a cluster's. */
  readonly clusterPort: number;
  /** The path of its certificate, when it speaks TLS. */
  readonly certificate: string;
  /** Empty, as it keeps nothing. */
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** The server's process; undefined while it is stopped. */
  readonly pid: number | undefined;
  /** Runs a command by the server's own command line. */
  command(...words: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export interface RedisServerOptions {
  /** More of its arguments, such as `--requirepass x`. */
  readonly settings?: readonly string[];
  /** True: it speaks TLS alone, as `localhost`, with a certificate of its own. */
  readonly hasTls?: boolean;
  /** True: it is a node that clusters may be made of; see `startRedisCluster`. */
  readonly isClusterNode?: boolean;
  /** A group's name and its master's port: it watches them as a sentinel, and keeps nothing itself. */
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
  // By default it is the other one plus 10,000, which may be too high.
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

/** A cluster whose nodes share the slots evenly. It serves once each of them knows of all. */
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

/** @returns the path of its configuration, which a sentinel writes to */
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
