/**
 * Fills a ledger with a year of records and times the console's queries, on one engine after the other. Exits with code
 * 1 if a query takes too long.
 */
import { parseArgs } from 'node:util';
import { createLedger, type Ledger } from '../../server/ledger/ledger.ts';
import { packRecords } from '../../server/ledger/packed-record.ts';
import { deleteOldUsage } from '../../server/ledger/retention.ts';
import type { UsageRecord } from '../../server/ledger/usage-record.ts';
import type { UsageStore } from '../../server/ledger/usage-store.ts';
import { type BenchDatabase, engines, openBenchDatabase } from './databases.ts';
import { createRandom, generateDay } from './generate.ts';
import { dashboardQueries } from './queries.ts';

const day = 86_400_000;
const rounds = 7;
const limit = 100;
/** About a day. */
const batchSize = 20_000;

const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '5000000' },
    /** The period that the records are spread over. */
    days: { type: 'string', default: '365' },
    /** The engine to measure. Default: all. */
    engine: { type: 'string' },
    /** A folder that keeps SQLite's filled database for later runs. */
    folder: { type: 'string' },
  },
});
const recordCount = Number(options.records);
const days = Number(options.days);

/** A fixed day for reproducible results; at noon, so that the current day is half full. */
const now = Date.UTC(2026, 5, 30, 12);
const clock = () => now;
let isFast = true;

for (const engine of engines.filter((name) => (options.engine ?? name) === name)) {
  console.log(`\n${engine}`);
  const keptFolder = engine === 'sqlite' ? options.folder : undefined;
  const database = await openBenchDatabase(engine, clock, keptFolder);
  try {
    await measure(database, keptFolder === undefined);
  } finally {
    await database.close();
  }
}
process.exitCode = isFast ? 0 : 1;

async function measure(database: BenchDatabase, mayShrink: boolean): Promise<void> {
  const { usage } = database.store;
  const ledger = createLedger(usage, clock);
  if (!(await ledger.hasRecords())) await fill(usage);
  await database.settle();
  console.log(`database: ${await megabytes(database)} MB`);
  await timeQueries(ledger);
  if (mayShrink) await shrink(database);
}

async function fill(usage: UsageStore): Promise<void> {
  const random = createRandom(1);
  const perDay = Math.ceil(recordCount / days);
  const began = performance.now();
  let written: Promise<void> = Promise.resolve();
  let count = 0;
  for (let start = now - days * day; start < now; start += day) {
    const records = generateDay(start, Math.min(perDay, recordCount - count), random);
    count += records.length;
    // The next day is generated while this one is written.
    await written;
    written = appendAll(usage, records);
  }
  await written;
  const seconds = (performance.now() - began) / 1000;
  console.log(`${count} records in ${seconds.toFixed(0)} s, ${Math.round(count / seconds)} a second`);
}

async function appendAll(usage: UsageStore, records: readonly UsageRecord[]): Promise<void> {
  for (let index = 0; index < records.length; index += batchSize) {
    await usage.append(packRecords(records.slice(index, index + batchSize)));
  }
}

async function timeQueries(ledger: Ledger): Promise<void> {
  console.log(`${'query'.padEnd(60)} median ms  max ms (of ${rounds})`);
  for (const { name, run } of dashboardQueries(ledger, now)) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      await run();
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    const [median = 0, max = 0] = [times[rounds >> 1], times.at(-1)];
    // The median counts, because the maximum may be caused by another program.
    const mark = median > limit ? '  TOO SLOW' : '';
    if (median > limit) isFast = false;
    console.log(`${name.padEnd(60)} ${median.toFixed(1).padStart(9)} ${max.toFixed(1).padStart(7)}${mark}`);
  }
}

async function shrink(database: BenchDatabase): Promise<void> {
  const began = performance.now();
  const retention = { requestsDays: 30, hoursDays: 90, daysDays: 730, contentDays: 7 };
  await deleteOldUsage(database.store.usage, retention, { clock });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  await database.settle();
  console.log(`after retention (records 30 days, hours 90): ${await megabytes(database)} MB, in ${seconds} s`);
}

async function megabytes({ size }: BenchDatabase): Promise<string> {
  return ((await size()) / 1e6).toFixed(0);
}
