import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';
import { type Simulator, startSimulator } from '../../../simulator/start-simulator.ts';
import { type PostgresServer, startPostgresServer } from '../../support/postgres-server.ts';
import { type RedisServer, startRedisServer } from '../../support/redis-server.ts';
import { GatewayProcess } from '../gateway-process.ts';
import { startBalancer } from './balancer.ts';
import type { Target } from './load.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const credentials = 10;
const atOnce = 2;
/** Duration of the upstream's answers in milliseconds. */
const answerTime = { 'first-byte': 120, pace: 10 };

const withId = z.object({ id: z.string() });
const generatedKey = z.object({ id: z.string(), key: z.string() });
const status = z.object({ sharingTrouble: z.string().nullable(), replicas: z.array(z.unknown()) });

/** Contents of the ledger: all request ids, and the total and maximum cost of the limited key's requests in dollars. */
export interface LedgerContent {
  readonly ids: ReadonlySet<string>;
  readonly limitedKey: { readonly spent: number; readonly dearest: number };
}

/** Three replicas with their services, and a load balancer in front. */
export interface Landscape {
  readonly replicas: readonly [GatewayProcess, GatewayProcess, GatewayProcess];
  readonly simulator: Simulator;
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
  readonly limitedKey: z.infer<typeof generatedKey>;
  readonly target: Omit<Target, 'limitedKey'>;
  /** Resolves when all replicas have applied these limits of the limited key. */
  setLimits(limits: Readonly<Record<string, number | null>>): Promise<void>;
  /** The maximum number of concurrent requests of any credential since the last reset of peaks. */
  peak(): number;
  /** Resolves when all replicas share limits. */
  areSharing(): Promise<void>;
  /** Once all records are written. */
  readLedger(): Promise<LedgerContent>;
  /** The limited key's shared spending in dollars. */
  readAccount(): Promise<number>;
  /** The slots and reservations held in Redis and in the replicas. */
  countPlaces(): Promise<number>;
  close(): Promise<void>;
}

export async function openLandscape(): Promise<Landscape> {
  await using stack = new AsyncDisposableStack();
  const simulator = stack.adopt(await startSimulator(), (one) => one.close());
  const postgres = stack.adopt(await startPostgresServer({ isDurable: true }), (one) => one.close());
  const redis = stack.adopt(await startRedisServer(), (one) => one.close());
  const databaseUrl = await postgres.createDatabase('gateway');
  const start = async () =>
    stack.adopt(
      await GatewayProcess.start({
        ATLASSIAN_ORIGIN: simulator.origin,
        DATABASE_URL: databaseUrl,
        REDIS_URL: redis.url,
        SECRET_KEY: 'a secret of all replicas',
        SHUTDOWN_DELAY_MS: '1000',
      }),
      (one) => one.close(),
    );
  const first = await start();
  const replicas = [first, ...(await Promise.all([start(), start()]))] as const;
  const balancer = stack.adopt(await startBalancer(replicas.map(({ origin }) => new URL(origin).host)), (one) =>
    one.close(),
  );
  simulator.control.setDefault(answerTime);
  for (let number = 1; number <= credentials; number += 1) {
    const { id } = withId.parse(
      await first.admin('POST', '/credentials', { email: `${number}@example.com`, token: 'ATATT-drill-0123456789' }),
    );
    await first.admin('PATCH', `/credentials/${id}`, { maxConcurrency: atOnce });
  }
  const generate = async (name: string) => generatedKey.parse(await first.admin('POST', '/keys', { name }));
  const freeKey = await generate('free');
  const limitedKey = await generate('limited');
  const areSharing = () =>
    until('all replicas count limits together', async () => {
      const all = await Promise.all(
        replicas.map(async (replica) => status.parse(await replica.admin('GET', '/status'))),
      );
      return all.every(
        ({ sharingTrouble, replicas: known }) => sharingTrouble === null && known.length === replicas.length,
      );
    });
  await areSharing();
  const resources = stack.move();

  return {
    replicas,
    simulator,
    redis,
    postgres,
    limitedKey,
    target: { origin: balancer.origin, model, freeKey: freeKey.key },
    async setLimits(limits) {
      await first.admin('PATCH', `/keys/${limitedKey.id}`, { limits });
      const wanted = JSON.stringify(limits);
      await until('all replicas know the new limits', async () => {
        const all = await Promise.all(replicas.map((replica) => readLimits(replica, limitedKey.id)));
        return all.every(
          (known) =>
            JSON.stringify(Object.fromEntries(Object.keys(limits).map((name) => [name, known[name]]))) === wanted,
        );
      });
    },
    peak: () => Math.max(...simulator.control.state().credentials.map(({ peakInFlight }) => peakInFlight)),
    areSharing,
    async readLedger() {
      await until('all records are written', async () => {
        const pending = await Promise.all(replicas.map((replica) => readMetric(replica, 'ledger_pending_records')));
        return pending.every((count) => count === 0);
      });
      return readLedger(databaseUrl);
    },
    async readAccount() {
      const [account = ''] = await keysLike(redis, `*:budget:{${limitedKey.id}}:day.*.nanodollars`);
      return Number(await redis.command('get', account)) / 1e9;
    },
    async countPlaces() {
      const inFlight = await Promise.all(replicas.map((replica) => readMetric(replica, 'pool_in_flight')));
      return inFlight.reduce((sum, count) => sum + count, 0) + (await countLeases(redis));
    },
    close: () => resources.disposeAsync(),
  };
}

async function until(what: string, isMet: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isMet().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await sleep(50);
  }
}

const keyList = z.object({ keys: z.array(z.object({ id: z.string(), limits: z.record(z.string(), z.unknown()) })) });

async function readLimits(replica: GatewayProcess, id: string): Promise<Readonly<Record<string, unknown>>> {
  const { keys } = keyList.parse(await replica.admin('GET', '/keys'));
  return keys.find((key) => key.id === id)?.limits ?? {};
}

async function readMetric(replica: GatewayProcess, name: string): Promise<number> {
  const text = await (await fetch(`${replica.origin}/metrics`)).text();
  const value = new RegExp(`^atlassian_proxy_${name} (.*)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`There is no metric ${name}.`);
  return Number(value);
}

const ledgerRows = z.array(z.object({ id: z.string(), key: z.string(), nanodollars: z.coerce.number() }));

async function readLedger(databaseUrl: string): Promise<LedgerContent> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query(
    'select r.id, n.label as key, coalesce(r.nanodollars, 0) as nanodollars from usage_requests r join usage_names n on n.ref = r.key_ref',
  );
  await client.end();
  const records = ledgerRows.parse(rows);
  const costs = records.filter(({ key }) => key === 'limited').map(({ nanodollars }) => nanodollars);
  return {
    ids: new Set(records.map(({ id }) => id)),
    limitedKey: { spent: costs.reduce((sum, cost) => sum + cost, 0) / 1e9, dearest: Math.max(0, ...costs) / 1e9 },
  };
}

async function keysLike(redis: RedisServer, pattern: string): Promise<string[]> {
  return (await redis.command('keys', pattern)).split('\n').filter((line) => line !== '');
}

/** Members of all leases that Redis keeps. */
async function countLeases(redis: RedisServer): Promise<number> {
  let count = 0;
  for (const pattern of ['*:places:*', '*:holds']) {
    for (const key of await keysLike(redis, pattern)) count += Number(await redis.command('zcard', key));
  }
  return count;
}
