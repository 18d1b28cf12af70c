import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type BackupHead, decodeContent } from './backup-content.ts';
import { BackupFailure } from './backup-failure.ts';
import { type BackupRowCounts, type BackupTarget, sumOf, throwWhenAborted } from './backup-rows.ts';
import { openBytes } from './sealed-stream.ts';

export interface ReadOptions {
  readonly file: string;
  readonly passphrase: string;
  readonly signal?: AbortSignal | undefined;
}

/** A backup that was read completely. */
export interface VerifiedBackup {
  readonly head: BackupHead;
  readonly counts: BackupRowCounts;
}

/**
 * Reads a whole backup without writing anything.
 *
 * @param onProgress called with the number of bytes read and of all bytes
 * @throws BackupFailure if it is not a backup, is damaged, or the passphrase is wrong
 */
export async function verifyBackup(
  options: ReadOptions,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<VerifiedBackup> {
  const { size } = await stat(options.file).catch((cause: unknown) => {
    throw new BackupFailure(`The file ${options.file} does not exist.`, { cause });
  });
  const { head, batches } = await openBackup(options, (done) => onProgress(done, size));
  const counts = new Map<string, number>();
  for await (const { table, rows } of throwWhenAborted(batches, options.signal)) {
    counts.set(table, (counts.get(table) ?? 0) + rows.length);
  }
  return { head, counts };
}

export interface RestoreOptions extends ReadOptions {
  /** Opened once the whole file has been verified. */
  readonly openTarget: () => Promise<BackupTarget>;
  readonly onVerify?: (done: number, total: number) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Restores a backup into an empty destination. Reads everything first, then writes everything or nothing.
 *
 * @throws BackupFailure; any error that the destination throws
 */
export async function restoreBackup(options: RestoreOptions): Promise<VerifiedBackup> {
  const { signal, onProgress } = options;
  const { head, counts } = await verifyBackup(options, options.onVerify);
  const total = sumOf(counts);
  const target = await options.openTarget();
  // Read it again with all checks, because the file may have changed.
  const { batches } = await openBackup(options);
  onProgress?.(0, total);
  const restored = await target.fill(head.schema, throwWhenAborted(batches, signal), (rows) =>
    onProgress?.(rows, total),
  );
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
