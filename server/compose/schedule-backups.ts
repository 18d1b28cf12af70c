import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type BackupSchedule, createBackupSchedule, type ScheduleSettings } from '../backup/schedule.ts';
import type { Config } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { waitAtMost } from '../lib/wait-at-most.ts';
import type { Duties } from '../shared-state/shared-state.ts';
import { backUp, isBackupName } from './back-up.ts';
import type { Data } from './open-data.ts';

/** Milliseconds. */
const interval = 60_000;
/** Milliseconds to wait for a backup that is aborted when the gateway stops. */
const abortTimeout = 2000;
/** Milliseconds after which a replica that does not respond loses the duty. */
const dutyTime = 3_600_000;

/** Daily backups and their files. */
export interface ScheduledBackups extends BackupSchedule {
  /** The folder for backups, as an absolute path. */
  folder(): string;
  /** Existing backups, newest first. */
  files(): Promise<{ name: string; bytes: number; at: number }[]>;
  /** Starts to check every minute. */
  start(): void;
}

/** @param onFailure called with a one-line message for each failed backup */
export async function scheduleBackups(
  config: Pick<Config, 'dataDir' | 'databaseUrl' | 'secretKey'>,
  { store, settings, duties }: Pick<Data, 'store' | 'settings'> & { readonly duties: Duties },
  options: { readonly onFailure: (message: string) => void; readonly onError: (error: unknown) => void },
): Promise<ScheduledBackups> {
  const folderOf = ({ folder }: Pick<ScheduleSettings, 'folder'>) => resolve(config.dataDir, folder || 'backups');
  const current = () => settings.current().backup;
  const schedule = await createBackupSchedule({
    store: store.backups,
    settings: current,
    async write({ keep, folder }, passphrase, signal) {
      const place = folderOf({ folder });
      try {
        makeFolder(place);
        const { file, bytes } = await backUp(config, { out: place, passphrase, withUsage: true, signal });
        const name = basename(file);
        for (const old of await findSurplus(place, name, keep)) {
          // A backup that failed would be made again every hour, and none of them be deleted.
          await rm(join(place, old), { force: true }).catch(options.onError);
        }
        return { file: name, bytes };
      } catch (error) {
        if (!signal.aborted) options.onFailure(error instanceof Error ? error.message : String(error));
        throw error;
      }
    },
    claimDuty: () => duties.claim('backup', dutyTime),
    clock: systemClock,
  });
  let timer: NodeJS.Timeout | undefined;
  return {
    ...schedule,
    folder: () => folderOf(current()),
    files: () => listBackups(folderOf(current())),
    start() {
      timer = setInterval(() => void schedule.runIfDue().catch(options.onError), interval).unref();
    },
    async close() {
      clearInterval(timer);
      await waitAtMost(abortTimeout, schedule.close());
    },
  };
}

/**
 * The backups to delete.
 *
 * @param newest the one that was just made; those with a later name are from when the clock was wrong, so they go first
 */
async function findSurplus(folder: string, newest: string, keep: number): Promise<string[]> {
  const names = (await listBackups(folder)).map(({ name }) => name);
  const inOrder = [...names.filter((name) => name <= newest), ...names.filter((name) => name > newest)];
  return inOrder.slice(keep);
}

/** Newest first; the names sort by time. Other files are ignored. */
async function listBackups(folder: string): Promise<{ name: string; bytes: number; at: number }[]> {
  const names = (await readdir(folder).catch(() => [])).filter(isBackupName).sort().reverse();
  const found = await Promise.all(
    names.map(async (name) => {
      const file = await stat(join(folder, name)).catch(() => undefined);
      return file === undefined ? [] : [{ name, bytes: file.size, at: Math.round(file.mtimeMs) }];
    }),
  );
  return found.flat();
}
