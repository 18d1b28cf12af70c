import type { Config } from '../config.ts';
import { closeLog, forceExitAfterTimeout } from './force-exit.ts';
import { createLog } from './logger.ts';
import { type Gateway, startGateway } from './start-gateway.ts';
import { stopSignal } from './stop-signal.ts';

/** Runs the gateway until it is told to stop. @throws Error with a one-line message if it cannot start */
export async function serve(config: Config): Promise<void> {
  // Before anything else, because the gateway may be stopped as soon as it reports that it is running.
  const stopped = stopSignal();
  const log = createLog(config.logLevel);
  try {
    const gateway = await startGateway(config, log);
    greet(gateway, config.host);
    await stopped;
    forceExitAfterTimeout(config);
    await gateway.close();
  } catch (error) {
    forceExitAfterTimeout(config);
    throw error;
  } finally {
    await closeLog(log);
  }
}

/** Prints the next steps. The password is only printed here and never logged, because logs may be kept. */
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

/** An address that a browser can open, if the gateway listens on all interfaces. */
function reachable(origin: string, host: string): string {
  const url = new URL(origin);
  const isLocal = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host);
  return isLocal ? `http://localhost:${url.port}` : url.origin;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
