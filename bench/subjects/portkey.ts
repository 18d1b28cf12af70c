import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../machine/free-port.ts';
import { measuredCore, runProgram, spawnPinned } from '../machine/process.ts';
import { waitFor } from '../machine/wait.ts';
import { answers, type RunningSubject, type SubjectSettings } from './subject.ts';

const home = join(import.meta.dirname, '..', 'portkey');
const program = join(home, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');

/** Portkey's gateway with a custom host, on the same Node as the gateway under test. */
export async function startPortkey({ folder, upstreamPort }: SubjectSettings): Promise<RunningSubject> {
  if (!existsSync(program))
    await runProgram('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: home });
  const port = await freePort();
  const server = spawnPinned(process.execPath, [program, `--port=${port}`, '--headless'], {
    core: measuredCore,
    env: { NODE_ENV: 'production' },
    logFile: join(folder, 'portkey.log'),
  });
  await waitFor('Portkey', () => answers(port));
  return {
    name: 'portkey',
    port,
    pid: server.pid,
    headers: {
      authorization: 'Bearer bench',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
