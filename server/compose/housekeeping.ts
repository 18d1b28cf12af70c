import type { AdminStore } from '../admin/admin-store.ts';
import { deleteOldUsage } from '../ledger/retention.ts';
import type { UsageStore } from '../ledger/usage-store.ts';
import { systemClock } from '../lib/clock.ts';
import type { SettingStore, Settings } from '../settings/settings.ts';
import type { Duties } from '../shared-state/shared-state.ts';

const day = 86_400_000;
const interval = 3_600_000;
/** Milliseconds after the start, when the gateway is less busy. */
const firstRun = 60_000;
/** The holder keeps the duty until after its next run, so another replica takes over only if the holder is gone. */
const lease = interval + 600_000;
/** How far the age of data may grow from one run to the next, in milliseconds. */
const maxStep = 6 * 3_600_000;
/** The settings section that stores the time of the last run. None of the admin's settings has this name. */
const section = 'learned:housekeeping';

export interface HousekeepingOptions {
  readonly usage: Pick<UsageStore, 'deleteSome' | 'maintainSome'>;
  readonly admin: Pick<AdminStore, 'deleteAuditBefore'>;
  readonly settings: () => Settings;
  readonly stored: SettingStore;
  readonly duties: Duties;
  readonly warn: (message: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Deletes expired data every hour, on one replica. @returns a function that stops it */
export function startHousekeeping(options: HousekeepingOptions): () => void {
  const { usage, admin, settings, duties, onError } = options;
  const stop = new AbortController();
  const deleteOld = async () => {
    const { retention } = settings();
    const now = await cautiousTime(options);
    await deleteOldUsage(usage, retention, { clock: () => now, signal: stop.signal });
    await admin.deleteAuditBefore(now - retention.auditDays * day);
  };
  let isRunning = false;
  const runIfOnDuty = async () => {
    // A run that takes longer than an hour keeps the duty, too.
    if (!(await duties.claim('housekeeping', lease)) || isRunning) return;
    isRunning = true;
    await deleteOld().finally(() => {
      isRunning = false;
    });
  };
  const deleteExpired = () => void runIfOnDuty().catch(onError);
  const first = setTimeout(deleteExpired, firstRun).unref();
  const timer = setInterval(deleteExpired, interval).unref();
  return () => {
    clearTimeout(first);
    clearInterval(timer);
    stop.abort();
  };
}

/**
 * The time from which the age of data is counted: the clock's, but at most a step after the last run. So a clock that is
 * years ahead does not delete everything at once, and a gateway that was off for a while catches up.
 */
async function cautiousTime({ stored, warn }: Pick<HousekeepingOptions, 'stored' | 'warn'>): Promise<number> {
  const now = systemClock();
  const { [section]: last } = await stored.load();
  const time = typeof last === 'number' ? Math.min(now, last + maxStep) : now;
  await stored.save(section, time);
  const daysAhead = Math.floor((now - time) / day);
  if (daysAhead > 0) {
    warn(
      `the clock is ${daysAhead} days ahead of the last clean-up: old data is deleted slowly, in case the date is wrong`,
    );
  }
  return time;
}
