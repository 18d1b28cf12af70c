import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import { ServiceProcess } from './service-process.ts';

/** A Redis or Valkey server of its own, on a free port of the loopback interface; it keeps nothing on the disk. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Empty, as it keeps nothing. */
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** The server's process; undefined while it is stopped. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

/** @param settings more of its arguments, such as `--requirepass x` */
export async function startRedisServer(settings: readonly string[] = []): Promise<RedisServer> {
  const program = findProgram('valkey-server', 'redis-server');
  if (program === undefined) throw new Error('Redis or Valkey is needed here: run "npm test", or install it.');
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const port = await freePort();
  const fixed = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', folder];
  const service = new ServiceProcess({
    file: program,
    arguments: [...fixed, ...settings],
    folder,
    isReady: () => accepts(port),
  });
  await service.start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start: () => service.start(),
    stop: (signal = 'SIGTERM') => service.end(signal),
    get pid() {
      return service.pid;
    },
    close: () => service.close('SIGTERM'),
  };
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
