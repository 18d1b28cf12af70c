import type { Config } from '../config.ts';
import { closeLog, insistOnEnd } from './end-in-time.ts';
import { createLog } from './logger.ts';
import { type Gateway, startGateway } from './start-gateway.ts';
import { stopSignal } from './stop-signal.ts';

/** Runs the gateway until it is told to stop. @throws with a message of one line when it cannot start */
export async function serve(config: Config): Promise<void> {
  // From the first moment on: whoever reads that it runs may stop it at once.
  const stopped = stopSignal();
  const log = createLog(config.logLevel);
  try {
    const gateway = await startGateway(config, log);
    greet(gateway, config.host);
    await stopped;
    insistOnEnd(config);
    await gateway.close();
  } finally {
    await closeLog(log);
  }
}

/**
 * What to do next. The password is printed here and nowhere else: not to the log proper, which may be kept.
 */
export function greet(gateway: Gateway, host: string): void {
  const origin = reachable(gateway.origin, host);
  if (gateway.firstPassword !== undefined) {
    print(`🔐 初始管理员密码: ${gateway.firstPassword}`);
    print('请在首次登录后立即修改此密码');
    print('(This is the first admin password. Change it right after the first login.)');
  }
  print(`atlassian-proxy is running at ${origin}`);
  print(`  Console:   ${origin}/admin/login`);
  print(`  Base URL:  ${origin}/v1`);
  if (gateway.firstPassword !== undefined) {
    print('  Next: log in, change the password, add a credential, generate a key.');
  }
}

/** An address that a person can open, where it listens on all of them. */
function reachable(origin: string, host: string): string {
  const url = new URL(origin);
  const isLocal = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host);
  return isLocal ? `http://localhost:${url.port}` : url.origin;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
