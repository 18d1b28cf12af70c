/**
 * Measures the cost of several replicas: plain calls to one replica on PostgreSQL, to one that also uses Redis, and to
 * three of those on the same core. `npm run bench:replicas [-- --rounds 5] [--seconds 4]`; exit code 1 if Redis costs
 * more than allowed.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgresServer } from '../../test/support/postgres-server.ts';
import { startRedisServer } from '../../test/support/redis-server.ts';
import type { Bench } from '../bench.ts';
import { loadCalls } from '../load/plain-calls.ts';
import { shortRequest } from '../load/requests.ts';
import { freePort } from '../machine/free-port.ts';
import { waitFor } from '../machine/wait.ts';
import { openBench } from '../open-bench.ts';
import { parseOptions } from '../options.ts';
import { describeMachine } from '../report.ts';
import { median, range, ratios } from '../statistics.ts';
import { prepareGateway } from '../subjects/gateway.ts';
import { answers } from '../subjects/subject.ts';

const connections = 64;
const warmUpRounds = 2;
/** Minimum share of the throughput without Redis. */
const leastWithRedis = 0.85;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '4' } },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const body = shortRequest(false);

interface Replica {
  /** Folder for the load's files. */
  readonly folder: string;
  readonly port: number;
  readonly pid: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** One or more replicas that are loaded together. */
interface Setup {
  readonly name: string;
  readonly replicas: readonly Replica[];
}

interface Figures {
  readonly callsPerSecond: number;
  /** Processor time of all replicas per call in microseconds. */
  readonly processorPerCall: number;
}

async function start(
  bench: Bench,
  stack: AsyncDisposableStack,
  name: string,
  count: number,
  environment: Readonly<Record<string, string>>,
): Promise<Setup> {
  const { folder, project, upstream } = bench;
  const settings = { folder, project, nodeOptions: [], upstreamPort: upstream.port, environment };
  const prepared = await prepareGateway(settings);
  const replicas: Replica[] = [];
  for (let index = 0; index < count; index += 1) {
    const port = await freePort();
    const { pid } = stack.use(prepared.start(port));
    await waitFor(name, () => answers(port));
    replicas.push({
      folder: mkdtempSync(join(folder, 'load-')),
      port,
      pid,
      headers: { authorization: `Bearer ${prepared.key}` },
    });
  }
  return { name, replicas };
}

async function measure({ name, replicas }: Setup, time = seconds): Promise<Figures> {
  const load = { body, connections: Math.round(connections / replicas.length), seconds: time };
  const figures = await Promise.all(
    replicas.map(({ folder, ...replica }) => loadCalls({ ...replica, name }, { ...load, folder })),
  );
  const calls = figures.reduce((sum, { completed }) => sum + completed, 0);
  const processor = figures.reduce((sum, { completed, processorPerCall }) => sum + completed * processorPerCall, 0);
  return {
    callsPerSecond: figures.reduce((sum, { callsPerSecond }) => sum + callsPerSecond, 0),
    processorPerCall: processor / calls,
  };
}

/** Measures round by round, reversing the order each time. */
async function interleave(setups: readonly Setup[]): Promise<Map<string, Figures[]>> {
  // Each process compiles its own code.
  for (const setup of setups) await measure(setup, warmUpRounds * seconds * setup.replicas.length);
  const results = new Map(setups.map(({ name }) => [name, [] as Figures[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const setup of round % 2 === 0 ? setups : setups.toReversed()) {
      results.get(setup.name)?.push(await measure(setup));
    }
  }
  return results;
}

function describe(figures: readonly number[], digits: number): string {
  const [least, most] = range(figures).map((figure) => figure.toFixed(digits));
  return `${median(figures).toFixed(digits)} [${least} – ${most}]`;
}

await using stack = new AsyncDisposableStack();
const bench = await openBench(parseOptions([]), stack);
const postgres = stack.adopt(await startPostgresServer({ isDurable: true }), (server) => server.close());
const redis = stack.adopt(await startRedisServer(), (server) => server.close());
const shared = { REDIS_URL: redis.url, SECRET_KEY: 'a secret of all replicas' };
const alone = await start(bench, stack, 'one replica', 1, { DATABASE_URL: await postgres.createDatabase('alone') });
const counting = await start(bench, stack, 'one replica, Redis', 1, {
  DATABASE_URL: await postgres.createDatabase('counting'),
  ...shared,
});
const three = await start(bench, stack, 'three replicas, Redis', 3, {
  DATABASE_URL: await postgres.createDatabase('three'),
  ...shared,
});
await bench.upstream.setMode({ chunks: 100, interval: 0, minBody: body.minAtUpstream });
const results = await interleave([alone, counting, three]);

console.log(`\n${describeMachine()}, ${rounds} rounds of ${seconds} s`);
for (const [name, figures] of results) {
  const calls = figures.map(({ callsPerSecond }) => callsPerSecond);
  const processor = figures.map(({ processorPerCall }) => processorPerCall);
  console.log(`${name}: ${describe(calls, 0)} calls/s, ${describe(processor, 1)} µs of processor per call`);
}
const pick = (setup: Setup, figure: keyof Figures) => (results.get(setup.name) ?? []).map((each) => each[figure]);
for (const [one, other] of [
  [counting, alone],
  [three, counting],
  [three, alone],
] as const) {
  const throughput = ratios(pick(one, 'callsPerSecond'), pick(other, 'callsPerSecond'));
  const processor = ratios(pick(one, 'processorPerCall'), pick(other, 'processorPerCall'));
  console.log(
    `${one.name} of ${other.name}: ${describe(throughput, 2)} of the throughput, ${describe(processor, 2)} of the processor per call`,
  );
}
const withRedis = median(ratios(pick(counting, 'callsPerSecond'), pick(alone, 'callsPerSecond')));
if (withRedis < leastWithRedis) {
  console.error(`Too slow with Redis: ${withRedis.toFixed(2)} of the throughput without, less than ${leastWithRedis}`);
  process.exitCode = 1;
}
