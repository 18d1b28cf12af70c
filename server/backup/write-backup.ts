import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { errorCode } from '../lib/error-code.ts';
import { type BackupHead, encodeContent } from './backup-content.ts';
import { BackupFailure } from './backup-failure.ts';
import { type BackupBatch, type BackupRowCounts, type BackupSource, sumOf, throwWhenAborted } from './backup-rows.ts';
import { type PassphraseCost, sealBytes } from './sealed-stream.ts';

export interface WriteOptions {
  readonly source: BackupSource;
  /** Must not exist; nothing is overwritten. */
  readonly file: string;
  readonly passphrase: string;
  readonly withUsage: boolean;
  /** Version of this program. */
  readonly version: string;
  /** Creation time; milliseconds since the epoch. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
  readonly cost?: PassphraseCost;
}

export interface WrittenBackup {
  readonly file: string;
  readonly bytes: number;
  readonly counts: BackupRowCounts;
}

export const minPassphraseLength = 8;

/**
 * Writes a backup, readable only by its owner. It is written as `….partial` and renamed when it is complete and on
 * disk. The partial file is deleted on failure.
 *
 * @throws BackupFailure; any error that the source throws
 */
export async function writeBackup(options: WriteOptions): Promise<WrittenBackup> {
  const { source, file, passphrase, withUsage, version, now, signal, onProgress, cost } = options;
  if (passphrase.length < minPassphraseLength) {
    throw new BackupFailure(`The passphrase must have at least ${minPassphraseLength} characters.`);
  }
  if (existsSync(file)) throw new BackupFailure(`The file ${file} already exists and was not overwritten.`);
  const total = sumOf(await source.count());
  const counts = new Map<string, number>();
  const head: BackupHead = { version, createdAt: now, schema: source.schema, withUsage };
  const batches = counting(throwWhenAborted(source.batches(), signal), counts, (done) =>
    onProgress?.(done, Math.max(done, total)),
  );
  const sealed = sealBytes(encodeContent(head, batches), passphrase, cost === undefined ? {} : { cost });
  const bytes = await writeWhole(file, sealed);
  return { file, bytes, counts };
}

async function* counting(
  batches: AsyncIterable<BackupBatch>,
  counts: Map<string, number>,
  onProgress: (done: number) => void,
): AsyncGenerator<BackupBatch> {
  let done = 0;
  onProgress(done);
  for await (const batch of batches) {
    yield batch;
    counts.set(batch.table, (counts.get(batch.table) ?? 0) + batch.rows.length);
    done += batch.rows.length;
    onProgress(done);
  }
}

async function writeWhole(file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const partial = `${file}.partial`;
  let handle: FileHandle | undefined;
  try {
    // Left behind by an earlier run that was killed.
    await rm(partial, { force: true });
    handle = await open(partial, 'wx', 0o600);
    let bytes = 0;
    for await (const chunk of chunks) {
      await writeAll(handle, chunk);
      bytes += chunk.length;
    }
    await handle.sync();
    await handle.close();
    handle = undefined;
    await rename(partial, file);
    await syncFolder(dirname(file));
    return bytes;
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await rm(partial, { force: true }).catch(() => undefined);
    throw describeFailure(error, file);
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let from = 0; from < chunk.length; ) from += (await handle.write(chunk, from)).bytesWritten;
}

/** Syncs the folder; otherwise the new name may be lost in a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  // Windows cannot open folders.
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file would be larger than allowed',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'the folder does not exist',
  EACCES: "this program's user has no write permission",
  EPERM: "this program's user has no write permission",
  EROFS: 'the file system is read-only',
};

function describeFailure(error: unknown, file: string): unknown {
  const reason = reasons[errorCode(error) ?? ''];
  if (reason === undefined) return error;
  return new BackupFailure(`The backup ${basename(file)} cannot be written in ${dirname(file)}: ${reason}.`, {
    cause: error,
  });
}
