import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../simulator/start-simulator.ts';
import { readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { demoAccounts } from './busy-demo/accounts-and-clients.ts';
import { prepareBusyDay } from './busy-demo/prepare-day.ts';
import { startTraffic } from './busy-demo/traffic.ts';
import { closeLog, forceExitAfterTimeout } from './force-exit.ts';
import { createLog } from './logger.ts';
import { openData } from './open-data.ts';
import { print } from './serve.ts';
import { startGateway } from './start-gateway.ts';
import { stopSignal } from './stop-signal.ts';

export interface DemoOptions {
  /**
   * Adds a month of records, accounts in every state, and clients that keep sending requests, for screenshots and for
   * exploring.
   */
  readonly busy?: boolean;
}

/** Credits per answer. Enough for the change to be visible after some minutes. */
const creditCost = 3;

const demoPassword = 'atlassian-proxy-demo';
const demoModel = 'anthropic:claude-3-5-sonnet-v2@20241022';

/**
 * Runs a simulated upstream with a gateway in front of it, with a credential and a key, in a folder that is deleted at
 * the end. The simulator is a separate program, so it is only imported here, on demand.
 */
export async function runDemo(
  environment: Readonly<Record<string, string | undefined>>,
  { busy = false }: DemoOptions = {},
): Promise<void> {
  const { startSimulator } = await import('../../simulator/start-simulator.ts');
  const dataDir = mkdtempSync(join(tmpdir(), 'atlassian-proxy-demo-'));
  const simulator = await startSimulator();
  try {
    const config = readConfig({
      ...environment,
      DATA_DIR: dataDir,
      ATLASSIAN_ORIGIN: simulator.origin,
      ADMIN_PASSWORD: demoPassword,
    });
    const log = createLog(config.logLevel);
    if (busy) setFaults(simulator);
    const { key, clients } = await prepare(config, busy, (message) => log.logger.warn(message));
    const gateway = await startGateway(config, log);
    const origin = `http://localhost:${new URL(gateway.origin).port}`;
    print('A simulated Atlassian AI Gateway, and the gateway in front of it. Nothing is kept when it ends.');
    print(`  Console:  ${origin}/admin/login   password: ${demoPassword}`);
    print(`  API key:  ${key}`);
    print('Try:');
    print(curlLine(origin, key));
    const prepareAnswer = simulator.control.next;
    const endTraffic = busy ? startTraffic({ origin: gateway.origin, clients, prepareAnswer }) : undefined;
    await stopSignal();
    forceExitAfterTimeout(config);
    await endTraffic?.();
    await gateway.close();
    await closeLog(log);
  } finally {
    await simulator.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function setFaults({ control }: Simulator): void {
  control.setDefault({ 'credit-cost': creditCost });
  for (const { email, faults } of demoAccounts) if (faults !== undefined) control.setCredential(email, faults);
}

/** @returns a key for a first request, and the clients of a busy day */
async function prepare(config: ReturnType<typeof readConfig>, busy: boolean, warn: (message: string) => void) {
  const data = await openData(config, { warn, onError: (error) => warn(String(error)), background: false });
  try {
    const clients = busy ? await prepareBusyDay(data, systemClock()) : [];
    if (!busy) await data.pool.add({ email: 'demo@example.com', token: 'ATATT-demo-token-0123456789', label: 'demo' });
    const { secret } = await data.keys.generate({ name: 'demo' });
    return { key: secret, clients };
  } finally {
    await data.close();
  }
}

function curlLine(origin: string, key: string): string {
  const body = { model: demoModel, messages: [{ role: 'user', content: '你好，世界！' }] };
  return `curl -X POST ${origin}/v1/chat/completions -H "Content-Type: application/json" -H "Authorization: Bearer ${key}" -d '${JSON.stringify(body)}'`;
}
