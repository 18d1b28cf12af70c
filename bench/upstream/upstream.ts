import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../machine/free-port.ts';
import { loadCore, spawnPinned } from '../machine/process.ts';
import { compile } from '../machine/tools.ts';
import { waitFor } from '../machine/wait.ts';
import { routes } from './answers.ts';

/** How the upstream answers: `interval` in milliseconds between chunks, 0 for all of them in one write. */
export interface UpstreamMode {
  readonly chunks: number;
  readonly interval: number;
  /** Minimum body size in bytes; shorter bodies are refused, because they were truncated. */
  readonly minBody: number;
}

export interface UpstreamCounters {
  readonly calls: number;
  readonly streams: number;
  readonly aborted: number;
  readonly open: number;
  readonly refused: number;
}

export interface Upstream extends AsyncDisposable {
  readonly name: 'upstream';
  readonly port: number;
  readonly pid: number;
  /** Required headers: none. */
  readonly headers: Readonly<Record<string, string>>;
  readonly setMode: (mode: UpstreamMode) => Promise<void>;
  readonly counters: () => Promise<UpstreamCounters>;
}

function writeRoutes(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const table = routes.map(({ path, plain, event, last }, index) => {
    writeFileSync(join(folder, `${index}.plain`), plain);
    writeFileSync(join(folder, `${index}.event`), event);
    writeFileSync(join(folder, `${index}.last`), last);
    return `${path} ${index}.plain ${index}.event ${index}.last\n`;
  });
  writeFileSync(join(folder, 'routes'), table.join(''));
}

function count(counters: object, name: string): number {
  const value: unknown = Reflect.get(counters, name);
  if (typeof value !== 'number') throw new Error(`the upstream reports no ${name}`);
  return value;
}

async function readCounters(origin: string): Promise<UpstreamCounters> {
  const json: unknown = await (await fetch(`${origin}/control`)).json();
  if (typeof json !== 'object' || json === null) throw new Error('the upstream returned no counters');
  return {
    calls: count(json, 'calls'),
    streams: count(json, 'streams'),
    aborted: count(json, 'aborted'),
    open: count(json, 'open'),
    refused: count(json, 'refused'),
  };
}

/** Compiles and starts the upstream on the load's core. */
export async function startUpstream(folder: string): Promise<Upstream> {
  const answers = join(folder, 'answers');
  writeRoutes(answers);
  const program = await compile('upstream', folder);
  const port = await freePort();
  const process = spawnPinned(program, [String(port), answers], {
    core: loadCore,
    logFile: join(folder, 'upstream.log'),
  });
  const origin = `http://127.0.0.1:${port}`;
  await waitFor('the upstream', () => readCounters(origin));
  const setMode = async ({ chunks, interval, minBody }: UpstreamMode) => {
    const query = `chunks=${chunks}&interval=${interval}&minimum-body=${minBody}`;
    await (await fetch(`${origin}/control?${query}`, { method: 'POST' })).text();
  };
  return {
    port,
    name: 'upstream',
    pid: process.pid,
    headers: {},
    setMode,
    counters: () => readCounters(origin),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
