/**
 * Three replicas on PostgreSQL and Redis behind HAProxy, 10 credentials with 2 concurrent requests each, 5,000
 * requests, half of them streams, some by a key with limits. Meanwhile one replica is killed, one restarted, Redis is
 * down for 10 seconds, and PostgreSQL is restarted. `npm run drill:replicas` takes three minutes, prints a line per
 * figure, and exits with code 1 if one is out of bounds.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, printFigures } from './figure.ts';
import { countAboveRate, findLost, isByKill, type Kill, type Span } from './replicas/judge.ts';
import { type Landscape, openLandscape } from './replicas/landscape.ts';
import { Load } from './replicas/load.ts';

const requests = 5000;
const workers = { free: 32, limited: 8 };
const limitedRequests = { requestsPerMinute: 200, dollarsPerDay: 1000 };
/** Number of requests that the limited key sends first; its budget allows some of them. */
const budgetRequests = 600;
const borne = 50;
const redisAway = 10_000;

interface Phases {
  /** While limits were shared. */
  readonly shared: readonly Span[];
  readonly kill: Kill;
  readonly peaks: readonly number[];
  readonly start: number;
}

/** The events during the load, each at its share of the requests. */
async function disturb(landscape: Landscape, load: Load): Promise<Phases> {
  const { replicas, simulator, redis, postgres } = landscape;
  const [, upgraded, killed] = replicas;
  const from = Date.now();
  await load.reaches(1000);
  const signalledAt = Date.now();
  await killed.kill();
  const kill = { replica: new URL(killed.origin).host, from: signalledAt, until: Date.now() };
  console.log('a replica was killed');
  await load.reaches(1400);
  await killed.start();
  await load.reaches(1800);
  await upgraded.stop();
  await upgraded.start();
  console.log('a replica was restarted');
  await load.reaches(2300);
  const before = { from, until: Date.now() };
  const peakBefore = landscape.peak();
  await redis.stop();
  await sleep(redisAway);
  await redis.start();
  await landscape.areSharing();
  console.log('Redis was away');
  // Requests that replicas counted separately are still running.
  const since = Date.now();
  await load.hasEnded(since);
  simulator.control.forgetPeaks();
  await load.reaches(3600);
  await postgres.stop();
  await postgres.start();
  console.log('PostgreSQL was restarted');
  await load.reaches(requests);
  return {
    start: from,
    shared: [before, { from: since, until: Date.now() }],
    kill,
    peaks: [peakBefore, landscape.peak()],
  };
}

/** @returns how many requests a budget for `borne` requests allowed */
async function spendBudget(landscape: Landscape, load: Load): Promise<number> {
  await landscape.setLimits({ dollarsPerDay: 1000 });
  const workers = { free: 0, limited: 3 };
  await load.run(3, workers);
  const { spent, dearest } = (await landscape.readLedger()).limitedKey;
  await landscape.setLimits({ dollarsPerDay: spent + dearest * borne });
  const before = load.answers.length;
  await load.run(budgetRequests - before, workers);
  return load.answers.slice(before).filter(({ outcome }) => outcome === 'answered').length;
}

async function run(landscape: Landscape): Promise<boolean> {
  const { limitedKey } = landscape;
  const load = new Load({ ...landscape.target, limitedKey: limitedKey.key });
  const paid = await spendBudget(landscape, load);
  await landscape.setLimits(limitedRequests);
  const startedAt = performance.now();
  const [phases] = await Promise.all([disturb(landscape, load), load.run(requests - load.answers.length, workers)]);
  const seconds = (performance.now() - startedAt) / 1000;
  const { ids, limitedKey: inLedger } = await landscape.readLedger();

  const missing = Math.abs(1 - (await landscape.readAccount()) / inLedger.spent) * 100;
  const failed = load.answers.filter(({ outcome }) => outcome === 'failed');
  const byKill = failed.filter((answer) => isByKill(answer, phases.kill));
  const others = failed.filter((answer) => !byKill.includes(answer));
  const { lost, spared } = findLost(load.answers, ids, phases.kill);
  const aboveRate = phases.shared.map((span) => countAboveRate(load.answers, span, limitedRequests.requestsPerMinute));
  const answered = load.answers.filter(({ outcome }) => outcome === 'answered').length;
  console.log(`${load.answers.length} requests, ${answered} answered, ${seconds.toFixed(0)} s under disturbance`);
  for (const { problem, replica, sentAt, endedAt } of others.slice(0, 10)) {
    console.log(`  failure: ${problem} by ${replica}, from ${sentAt - phases.start} to ${endedAt - phases.start} ms`);
  }
  const isGood = printFigures([
    { name: 'failures by the kill', value: String(byKill.length), isGood: true },
    exactly('failures not by the kill', others.length, 0),
    exactly('requests beyond the rate, before Redis was away and after', aboveRate.join(', '), '0, 0'),
    exactly('requests that a budget bore', paid, borne),
    atMost('of what was spent, not in the account in Redis', missing, 3, '%'),
    exactly('most at once of a credential, before Redis was away and after', phases.peaks.join(', '), '2, 2'),
    exactly('records lost', lost.length, 0),
    atMost('records of the last 100 ms of the killed replica lost', spared.length, 20, 'records'),
  ]);
  await sleep(60_000);
  return printFigures([exactly('places left after a minute', await landscape.countPlaces(), 0)]) && isGood;
}

const landscape = await openLandscape();
try {
  if (!(await run(landscape))) process.exitCode = 1;
} catch (error) {
  console.error(error, ...landscape.replicas.map(({ log }) => log));
  process.exitCode = 1;
} finally {
  await landscape.close();
}
