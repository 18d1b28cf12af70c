/**
 * The thread that owns the SQLite connections. `node:sqlite` is synchronous, so a slow disk or another program's lock
 * blocks this thread but never the requests being served.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { unpackRecords } from '../../../ledger/packed-record.ts';
import type { QueryAnswer, SqlValue, WorkerError, WorkerMessage, WorkerOptions, WorkerRequest } from './protocol.ts';
import { createUsageWriter, type UsageWriter } from './usage-writer.ts';

interface Connection {
  readonly database: DatabaseSync;
  execute(sql: string, parameters: readonly SqlValue[]): QueryAnswer;
  prepare(sql: string): StatementSync;
}

/** Short, because reads queue behind it in this thread. The client retries for longer. */
const busyTimeout = 50;
const cachedStatements = 200;
const pageCacheKilobytes = 4096;
const reclaimedPages = 200;
/** Marks the file as ours: "APxy". */
const applicationId = 0x41507879;

const options: WorkerOptions = workerData;
const port = parentPort;
if (port === null) throw new Error('worker.ts must run as a worker thread.');
const post = (message: WorkerMessage) => port.postMessage(message);

function createConnection(purpose: 'read' | 'write'): Connection {
  const database = new DatabaseSync(options.path, {
    timeout: busyTimeout,
    enableForeignKeyConstraints: true,
    readOnly: options.isReadOnly,
  });
  const statements = new Map<string, { statement: StatementSync; returnsRows: boolean }>();
  const findStatement = (sql: string) => {
    const cached = statements.get(sql);
    if (cached !== undefined) return cached;
    const statement = database.prepare(sql);
    const made = { statement, returnsRows: statement.columns().length > 0 };
    if (statements.size >= cachedStatements) {
      const oldest = statements.keys().next();
      if (!oldest.done) statements.delete(oldest.value);
    }
    statements.set(sql, made);
    return made;
  };
  if (purpose === 'read') {
    database.exec(`PRAGMA query_only = 1; PRAGMA cache_size = -${pageCacheKilobytes}`);
  }
  return {
    database,
    prepare: (sql) => findStatement(sql).statement,
    execute(sql, parameters) {
      const { statement, returnsRows } = findStatement(sql);
      if (returnsRows) return { rows: statement.all(...parameters), changes: 0 };
      return { rows: [], changes: Number(statement.run(...parameters).changes) };
    },
  };
}

/** Opens the writer. Rejects another program's file before anything is written to it. */
function openWriter(): Connection {
  const connection = createConnection('write');
  const { database } = connection;
  const isEmpty = numberOf(connection, 'SELECT count(*) AS value FROM sqlite_schema') === 0;
  const mark = numberOf(connection, 'SELECT application_id AS value FROM pragma_application_id');
  if (mark !== applicationId && (mark !== 0 || !isEmpty)) {
    database.close();
    throw Object.assign(new Error('foreign'), { errcode: -1 });
  }
  if (options.isReadOnly) return connection;
  if (isEmpty && mark === 0) {
    database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  }
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec(`PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -${pageCacheKilobytes}`);
  if (mark !== applicationId) database.exec(`PRAGMA application_id = ${applicationId}`);
  // Detects a read-only file, which opening it does not.
  database.exec('BEGIN IMMEDIATE; ROLLBACK');
  return connection;
}

function numberOf(connection: Connection, sql: string): number {
  return Number(connection.prepare(sql).get()?.value ?? 0);
}

/** The busy handler does not cover the switch to WAL. This makes programs that start at the same time take turns. */
function openWithRetry<Result>(open: () => Result): Result {
  const deadline = Date.now() + options.lockTimeout;
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      return open();
    } catch (error) {
      if (describeError(error).code !== 5 || Date.now() > deadline) throw error;
      Atomics.wait(never, 0, 0, 20);
    }
  }
}

function describeError(error: unknown): WorkerError {
  if (!(error instanceof Error)) return { message: String(error), code: 0 };
  const code = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;
  // Extended codes contain the primary code in their low byte.
  return { message: error.message, code: code < 0 ? code : code & 0xff };
}

function serve(writer: Connection, reader: Connection): void {
  // Changes only with commits of other connections, not with the writer's own.
  const readVersion = () => Number(writer.prepare('PRAGMA data_version').get()?.data_version ?? 0);
  let version = readVersion();
  const checkForChanges = () => {
    const seen = readVersion();
    if (seen !== version) post({ kind: 'changed' });
    version = seen;
  };
  const watch = setInterval(() => {
    try {
      checkForChanges();
    } catch {
      // Locked; the next check will see the change.
    }
  }, options.watchInterval);

  let usage: UsageWriter | undefined;
  const answer = (request: WorkerRequest): QueryAnswer => {
    if (request.kind === 'append-usage') {
      // Created on first use, because the tables do not exist when the thread starts.
      usage ??= createUsageWriter(writer.database);
      usage.append(unpackRecords(request.records), request.minutesFrom);
      return { rows: [], changes: 0 };
    }
    if (request.kind === 'query') {
      const connection = request.connection === 'reader' ? reader : writer;
      // When the disk is full, SQLite has already rolled back the transaction.
      if (request.sql === 'rollback' && !connection.database.isTransaction) return { rows: [], changes: 0 };
      return connection.execute(request.sql, request.parameters);
    }
    if (request.kind === 'reclaim') {
      // The pragma returns one page per step: `all` runs every step, `run` only the first.
      writer.prepare(`PRAGMA incremental_vacuum(${reclaimedPages})`).all();
      return { rows: [], changes: numberOf(writer, 'SELECT freelist_count AS value FROM pragma_freelist_count') };
    }
    if (request.kind === 'check-changes') {
      checkForChanges();
      return { rows: [], changes: 0 };
    }
    clearInterval(watch);
    reader.database.close();
    writer.database.close();
    port?.close();
    return { rows: [], changes: 0 };
  };
  port?.on('message', (request: WorkerRequest) => {
    try {
      post({ kind: 'answer', id: request.id, answer: answer(request) });
    } catch (error) {
      post({ kind: 'error', id: request.id, error: describeError(error) });
    }
  });
}

/** Reads the whole file, page by page. @throws SQLite's error 11 for the first problem */
function verify(connection: Connection): void {
  const [found] = connection.execute('PRAGMA quick_check(1)', []).rows;
  const verdict = String(Object.values(found ?? {})[0]);
  if (verdict !== 'ok') throw Object.assign(new Error(verdict), { errcode: 11 });
}

try {
  if (options.verifyOnly) verify(openWithRetry(() => createConnection('read')));
  else {
    const writer = openWithRetry(openWriter);
    serve(
      writer,
      openWithRetry(() => createConnection('read')),
    );
  }
  post({ kind: 'ready' });
} catch (error) {
  post({ kind: 'refused', error: describeError(error) });
}
