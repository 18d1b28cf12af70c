import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { withoutUndefined } from '../../server/lib/without-undefined.ts';
import { freePort } from '../machine/free-port.ts';
import { measuredCore, type PinnedProcess, runProgram, spawnPinned } from '../machine/process.ts';
import { waitFor } from '../machine/wait.ts';
import { chooseUnifiedRoute } from './choose-unified-route.ts';
import { launchFlags } from './launch-flags.ts';
import { answers, type RunningSubject, type SubjectSettings } from './subject.ts';

const adminPassword = 'correct-Horse-battery-41';

/** Several credentials, so that the pool has to choose. */
const credentials = ['bench-1@example.com', 'bench-2@example.com', 'bench-3@example.com'];

/** A gateway with a prepared data folder, ready to start. */
export interface PreparedGateway {
  readonly key: string;
  readonly start: (port: number) => PinnedProcess;
}

/** The built server; in old checkouts without a build, the sources. */
export function gatewayProgram(project: string): string {
  const isBuilt = existsSync(join(project, 'server', 'vite.config.ts'));
  return isBuilt ? join(project, 'dist', 'server', 'main.js') : join(project, 'server', 'main.ts');
}

function readKey(output: string): string {
  const json: unknown = JSON.parse(output);
  const key: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'key') : undefined;
  if (typeof key !== 'string') throw new Error(`keys create printed no key: ${output}`);
  return key;
}

/** Creates a data folder with credentials, a key and a route, using the gateway's own commands and API. */
export async function prepareGateway(settings: SubjectSettings): Promise<PreparedGateway> {
  const program = gatewayProgram(settings.project);
  if (!existsSync(program)) throw new Error(`there is no gateway at ${program}: run "npm run build" there`);
  const folder = mkdtempSync(join(settings.folder, 'gateway-'));
  const env = {
    NODE_ENV: 'production',
    // As in the image and the service.
    MALLOC_ARENA_MAX: '1',
    HOST: '127.0.0.1',
    DATA_DIR: join(folder, 'data'),
    ADMIN_PASSWORD: adminPassword,
    ATLASSIAN_ORIGIN: `http://127.0.0.1:${settings.upstreamPort}`,
    ...settings.environment,
  };
  const command = (args: string[], input?: string) =>
    runProgram(process.execPath, [program, ...args], {
      env,
      ...withoutUndefined({ input }),
    });
  for (const email of credentials) await command(['credentials', 'add', '--email', email], 'bench-token\n');
  const key = readKey(await command(['keys', 'create', '--name', 'bench', '--json']));
  const startWith = (nodeOptions: readonly string[], port: number) =>
    spawnPinned(process.execPath, [...launchFlags(settings.project), ...nodeOptions, program], {
      core: measuredCore,
      env: { ...env, PORT: String(port) },
      logFile: join(folder, 'gateway.log'),
    });
  await chooseRoute((port) => startWith([], port));
  return { key, start: (port) => startWith(settings.nodeOptions, port) };
}

async function chooseRoute(start: PreparedGateway['start']): Promise<void> {
  const port = await freePort();
  await using _server = start(port);
  await waitFor('the gateway', () => answers(port));
  await chooseUnifiedRoute(port, adminPassword);
}

/** The product as shipped, with all features enabled. */
export async function startGateway(settings: SubjectSettings): Promise<RunningSubject> {
  const { key, start } = await prepareGateway(settings);
  const port = await freePort();
  const server = start(port);
  await waitFor('the gateway', () => answers(port));
  return {
    name: 'gateway',
    port,
    pid: server.pid,
    headers: { authorization: `Bearer ${key}` },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
