import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { z } from 'zod';
import { parseJson } from '../lib/json.ts';
import { damaged } from './backup-failure.ts';
import type { BackupBatch, BackupRow, BackupRowCounts } from './backup-rows.ts';

/** Metadata of a backup. */
export interface BackupHead {
  /** Version of the gateway that wrote it. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The applied migrations, in order. */
  readonly schema: readonly string[];
  /** False: only the configuration. */
  readonly withUsage: boolean;
}

/** The content of a backup. Only after all batches have been read is it certain that the backup is complete. */
export interface BackupContent {
  readonly head: BackupHead;
  readonly batches: AsyncIterable<BackupBatch>;
}

/** Maximum length of a line (one batch of rows) in bytes. */
const maxLineBytes = 268_435_456;

const headLine = z.object({
  version: z.string(),
  createdAt: z.number(),
  schema: z.array(z.string()),
  withUsage: z.boolean(),
});
const batchLine = z.object({
  table: z.string(),
  columns: z.array(z.string()).min(1),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))).min(1),
});
const endLine = z.object({ end: z.record(z.string(), z.number()) });

/**
 * Encodes a backup's content as JSON lines, compressed with Zstandard: first the metadata, then batches of rows, and
 * finally the number of rows per table.
 */
export function encodeContent(head: BackupHead, batches: AsyncIterable<BackupBatch>): AsyncIterable<Uint8Array> {
  return throughTransform(encodeLines(head, batches), createZstdCompress());
}

async function* encodeLines(head: BackupHead, batches: AsyncIterable<BackupBatch>): AsyncGenerator<Uint8Array> {
  yield toLine(head);
  const counts = new Map<string, number>();
  for await (const { table, rows } of batches) {
    const columns = Object.keys(rows[0] ?? {});
    yield toLine({ table, columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)) });
    counts.set(table, (counts.get(table) ?? 0) + rows.length);
  }
  yield toLine({ end: Object.fromEntries(counts) });
}

const toLine = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`);

/** @throws BackupFailure if the content was altered or is incomplete; also while reading batches */
export async function decodeContent(bytes: AsyncIterable<Uint8Array>): Promise<BackupContent> {
  const lines = splitLines(throughTransform(bytes, createZstdDecompress()));
  const first = await lines.next();
  const head = headLine.safeParse(first.done ? undefined : parseJson(first.value));
  if (!head.success) throw damaged();
  return { head: head.data, batches: decodeBatches(lines) };
}

async function* decodeBatches(lines: AsyncIterable<string>): AsyncGenerator<BackupBatch> {
  const counts = new Map<string, number>();
  let isEnded = false;
  for await (const line of lines) {
    if (isEnded) throw damaged();
    const value = parseJson(line);
    const end = endLine.safeParse(value);
    if (end.success) {
      isEnded = true;
      requireSameCounts(new Map(Object.entries(end.data.end)), counts);
      continue;
    }
    const batch = batchLine.safeParse(value);
    if (!batch.success) throw damaged();
    const { table, columns, rows } = batch.data;
    counts.set(table, (counts.get(table) ?? 0) + rows.length);
    yield { table, rows: rows.map((values) => toRow(columns, values)) };
  }
  if (!isEnded) throw damaged();
}

function toRow(columns: readonly string[], values: readonly (string | number | null)[]): BackupRow {
  if (values.length !== columns.length) throw damaged();
  return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null]));
}

function requireSameCounts(one: BackupRowCounts, other: BackupRowCounts): void {
  if (one.size !== other.size || [...one].some(([table, count]) => other.get(table) !== count)) throw damaged();
}

async function* splitLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    let from = 0;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, from)) {
      yield Buffer.concat([...pieces, piece.subarray(from, at)]).toString();
      pieces = [];
      size = 0;
      from = at + 1;
    }
    if (from === piece.length) continue;
    pieces.push(piece.subarray(from));
    size += piece.length - from;
    if (size > maxLineBytes) throw damaged();
  }
  if (size > 0) throw damaged();
}

/** Pipes bytes through a transform. Errors on either side are thrown to the reader. */
async function* throughTransform(
  source: AsyncIterable<Uint8Array>,
  transform: ReturnType<typeof createZstdCompress>,
): AsyncGenerator<Uint8Array> {
  const output = new PassThrough();
  const done = pipeline(Readable.from(source, { objectMode: false }), transform, output);
  // The reader below gets this error as well.
  done.catch(() => undefined);
  try {
    yield* output;
  } finally {
    output.destroy();
  }
  await done;
}
