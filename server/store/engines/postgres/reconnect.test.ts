import { kill } from 'node:process';
import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { hasPostgres } from '../../../../test/support/shared-services.ts';
import { createLedger } from '../../../ledger/ledger.ts';
import { createRecorder } from '../../../ledger/recorder.ts';
import { sampleRecord } from '../../../ledger/testing/sample-record.ts';
import { insertName, readNames } from '../../testing/names.ts';
import { createUsageTable } from '../../usage-table.ts';
import type { Engine } from '../engine.ts';
import { provideOwnServer } from './testing/own-server.ts';

const { server, open } = provideOwnServer();
const unreachable = { kind: 'unreachable' };
const clock = () => 2_000_000;

describe.skipIf(!hasPostgres)('a server that becomes unavailable', () => {
  it('fails calls with one line while it is down, and serves them when it is back', async () => {
    const { db } = await open();
    await insertName(db, 'before');
    await server().stop();
    await expect(readNames(db)).rejects.toMatchObject(unreachable);
    const failure: unknown = await insertName(db, 'lost').catch((error: unknown) => error);
    expect(failure).toMatchObject({
      ...unreachable,
      message: expect.stringMatching(/^PostgreSQL cannot be reached \(.*ECONNREFUSED.*\): .*DATABASE_URL\.$/),
    });
    await expect(db.transaction().execute((inner) => insertName(inner, 'lost'))).rejects.toMatchObject(unreachable);
    await server().start();
    await insertName(db, 'after');
    expect(await readNames(db)).toEqual(['after', 'before']);
  });

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'ends a transaction under way (%s), and lets other writers go on',
    async (signal) => {
      const { db } = await open();
      const inner = await db.startTransaction().execute();
      await insertName(inner, 'first');
      await server().stop(signal);
      await server().start();
      const waiting = insertName(db, 'other');
      await expect(insertName(inner, 'second')).rejects.toMatchObject({ kind: 'interrupted' });
      await expect(inner.commit().execute()).rejects.toMatchObject({ kind: 'interrupted' });
      await inner.rollback().execute();
      await waiting;
      expect(await readNames(db)).toEqual(['other']);
    },
  );

  it('keeps the records, and writes each once when it is back', async () => {
    const { engine } = await open();
    const usage = createUsageTable(engine, clock);
    const onTrouble = vi.fn();
    const recorder = createRecorder({ store: usage, delay: 1, retryDelay: { first: 10, longest: 20 }, onTrouble });
    let count = 0;
    const record = (records: number) => {
      for (const end = count + records; count < end; count += 1) recorder.record(sampleRecord({ id: `r${count}` }));
    };
    record(50);
    await recorder.flush();
    record(50);
    const failing = recorder.flush().catch(() => undefined);
    await server().stop('SIGKILL');
    record(50);
    await failing;
    // A killed server's sessions live on for a moment and may still write.
    await vi.waitUntil(() => {
      record(1);
      return onTrouble.mock.calls.length > 0;
    }, 10_000);
    await server().start();
    record(50);
    await recorder.close();
    expect(recorder.status()).toMatchObject({ pending: 0, dropped: 0 });
    expect((await createLedger(usage, clock).lastHour()).requests).toBe(count);
  });

  it('is waited for at the start, which is reported once', async () => {
    await open();
    await server().stop();
    const onWait = vi.fn();
    const opening = open({ startTimeout: 60_000, onWait });
    await vi.waitUntil(() => onWait.mock.calls.length > 0, 10_000);
    await server().start();
    expect(await readNames((await opening).db)).toEqual([]);
    expect(onWait).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(unreachable));
  });

  it('reconnects the watchers, which are told that they may have missed a change', async () => {
    const [{ engine, troubles }, { db: other }] = [await open(), await open()];
    const onChange = vi.fn();
    engine.watchChanges(onChange);
    await vi.waitUntil(() => onChange.mock.calls.length > 0, 10_000);
    await server().stop();
    await vi.waitUntil(() => troubles.length > 0, 10_000);
    expect(troubles).toEqual([expect.objectContaining(unreachable)]);
    onChange.mockClear();
    await server().start();
    await vi.waitUntil(() => onChange.mock.calls.length > 0, 10_000);
    onChange.mockClear();
    await other.insertInto('settings').values({ section: 'pool', value: '1' }).execute();
    await vi.waitUntil(() => onChange.mock.calls.length > 0, 10_000);
    expect(troubles).toHaveLength(1);
  });
});

/** The server process of the connection that the next query will use. */
async function readProcessId(db: Engine['db']): Promise<number> {
  const { rows } = await sql<{ id: number }>`select pg_backend_pid() as id`.execute(db);
  return rows[0]?.id ?? 0;
}

describe.skipIf(!hasPostgres)('a server that does not respond', () => {
  it('fails calls after a timeout, and serves others when it responds again', async () => {
    const { db } = await open({ queryTimeout: 200 });
    await insertName(db, 'before');
    const process = await readProcessId(db);
    kill(process, 'SIGSTOP');
    try {
      await expect(readNames(db)).rejects.toMatchObject({ kind: 'interrupted' });
      // On a new connection.
      await insertName(db, 'after');
    } finally {
      kill(process, 'SIGCONT');
    }
    expect(await readNames(db)).toEqual(['after', 'before']);
  });
});
