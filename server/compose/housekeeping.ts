import type { AdminStore } from '../admin/admin-store.ts';
import { deleteOldUsage } from '../ledger/retention.ts';
import type { UsageStore } from '../ledger/usage-store.ts';
import { systemClock } from '../lib/clock.ts';
import type { Settings } from '../settings/settings.ts';
import type { Duties } from '../shared-state/shared-state.ts';

const day = 86_400_000;
const interval = 3_600_000;
/** Milliseconds after the start, when the gateway is less busy. */
const firstRun = 60_000;
/** The holder keeps the duty until after its next run, so another replica takes over only if the holder is gone. */
const lease = interval + 600_000;

export interface HousekeepingOptions {
  readonly usage: Pick<UsageStore, 'deleteSome' | 'maintainSome'>;
  readonly admin: Pick<AdminStore, 'deleteAuditBefore'>;
  readonly settings: () => Settings;
  readonly duties: Duties;
  readonly onError: (error: unknown) => void;
}

/** Deletes expired data every hour, on one replica. @returns a function that stops it */
export function startHousekeeping({ usage, admin, settings, duties, onError }: HousekeepingOptions): () => void {
  const stop = new AbortController();
  const deleteOld = async () => {
    const { retention } = settings();
    await deleteOldUsage(usage, retention, { signal: stop.signal });
    await admin.deleteAuditBefore(systemClock() - retention.auditDays * day);
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
