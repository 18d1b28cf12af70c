import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { shortRequest } from '../load/requests.ts';
import { freePort } from '../machine/free-port.ts';
import { residentBytes } from '../machine/process.ts';
import { waitFor } from '../machine/wait.ts';
import type { WorkloadResult } from '../measurement.ts';
import { type PreparedGateway, prepareGateway } from '../subjects/gateway.ts';
import { chatPath } from '../subjects/subject.ts';
import type { Workload } from './workload.ts';

const idleMilliseconds = 10_000;
const shortIdleMilliseconds = 8000;
/** V8 returns the memory that the start needed once nothing happened for 100 s. */
const settledMilliseconds = 130_000;

async function ask(port: number, key: string): Promise<true | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}${chatPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: shortRequest(false).json,
  });
  await response.text();
  return response.status === 200 ? true : undefined;
}

/** Milliseconds from process start to the first answer, and MB of memory after each of the `idle` milliseconds. */
async function startOnce(
  gateway: PreparedGateway,
  ...idle: readonly number[]
): Promise<{ answered: number; resident: readonly number[] }> {
  const port = await freePort();
  const began = performance.now();
  await using server = gateway.start(port);
  await waitFor('the first answer', () => ask(port, gateway.key));
  const answered = performance.now() - began;
  const resident: number[] = [];
  for (const milliseconds of idle) {
    await delay(began + answered + milliseconds - performance.now());
    resident.push(residentBytes(server.pid) / 2 ** 20);
  }
  return { answered, resident };
}

/** Size of the built server and console without source maps, in MB. */
async function builtMegabytes(project: string): Promise<number> {
  const entries = await readdir(join(project, 'dist'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.map'));
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0) / 2 ** 20;
}

async function run(bench: Bench): Promise<WorkloadResult> {
  await bench.upstream.setMode({ chunks: 100, interval: 0, minBody: 0 });
  const { folder, project, upstream } = bench;
  const gateway = await prepareGateway({ folder, project, nodeOptions: [], upstreamPort: upstream.port });
  await startOnce(gateway);
  const answered: number[] = [];
  for (let round = 0; round < bench.rounds; round++) answered.push((await startOnce(gateway)).answered);
  const idle = bench.quick ? [shortIdleMilliseconds] : [idleMilliseconds, settledMilliseconds];
  const { resident } = await startOnce(gateway, ...idle);
  return {
    measurements: [
      { metric: 'g.first-answer', unit: 'ms', values: { gateway: answered } },
      ...['g.idle', 'g.settled'].flatMap((metric, index) => {
        const measured = resident[index];
        return measured === undefined ? [] : [{ metric, unit: 'MB', values: { gateway: [measured] } }];
      }),
      { metric: 'g.built', unit: 'MB', values: { gateway: [await builtMegabytes(project)] } },
    ],
    notes: ['g: built = the server with all its libraries, and the console; without source maps and the Node runtime'],
  };
}

export const footprint: Workload = {
  letter: 'g',
  title: 'start to first answer, idle memory, built size',
  quick: true,
  run,
};
