import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type BackupHead, decodeContent } from './backup-content.ts';
import { BackupFailure } from './backup-failure.ts';
import { type BackupTarget, type KeptCounts, sumOf, untilAborted } from './kept-rows.ts';
import { openBytes } from './sealed-stream.ts';

export interface ReadOptions {
  readonly file: string;
  readonly passphrase: string;
  readonly signal?: AbortSignal | undefined;
}

/** A backup that was read from its beginning to its end. */
export interface VerifiedBackup {
  readonly head: BackupHead;
  readonly counts: KeptCounts;
}

/**
 * Reads all of a backup and writes nothing.
 *
 * @param onProgress told of the bytes that were read, and of all
 * @throws BackupFailure when it is no backup, damaged, or sealed under another passphrase
 */
export async function verifyBackup(
  options: ReadOptions,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<VerifiedBackup> {
  const { size } = await stat(options.file).catch((cause: unknown) => {
    throw new BackupFailure(`There is no file ${options.file}.`, { cause });
  });
  const { head, batches } = await openBackup(options, (done) => onProgress(done, size));
  const counts = new Map<string, number>();
  for await (const { table, rows } of untilAborted(batches, options.signal)) {
    counts.set(table, (counts.get(table) ?? 0) + rows.length);
  }
  return { head, counts };
}

export interface RestoreOptions extends ReadOptions {
  /** Opened once the whole file was found to be good. */
  readonly openTarget: () => Promise<BackupTarget>;
  readonly onVerify?: (done: number, total: number) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Restores a backup into a place that is empty: first all of it is read, then all of it is written, or nothing.
 *
 * @throws BackupFailure; whatever the target throws
 */
export async function restoreBackup(options: RestoreOptions): Promise<VerifiedBackup> {
  const { signal, onProgress } = options;
  const { head, counts } = await verifyBackup(options, options.onVerify);
  const total = sumOf(counts);
  const target = await options.openTarget();
  // Once more, and every bit as wary: the file may be another by now.
  const { batches } = await openBackup(options);
  onProgress?.(0, total);
  const restored = await target.fill(head.schema, untilAborted(batches, signal), (rows) => onProgress?.(rows, total));
  return { head, counts: restored };
}

function openBackup({ file, passphrase }: ReadOptions, onBytes: (done: number) => void = () => undefined) {
  return decodeContent(openBytes(readFile(file, onBytes), passphrase));
}

async function* readFile(file: string, onBytes: (done: number) => void): AsyncGenerator<Uint8Array> {
  let done = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 262_144 })) {
      yield chunk;
      done += chunk.length;
      onBytes(done);
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new BackupFailure(`The file ${file} cannot be read.`, { cause });
  }
}
