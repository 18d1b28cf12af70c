import type { AdminStore } from '../admin/admin-store.ts';
import { deleteOldUsage } from '../ledger/retention.ts';
import type { UsageStore } from '../ledger/usage-store.ts';
import { systemClock } from '../lib/clock.ts';
import type { Settings } from '../settings/settings.ts';
import type { Duties } from '../shared-state/shared-state.ts';

const day = 86_400_000;
const interval = 3_600_000;
/** After the start's own work. */
const firstRun = 60_000;
/** Whoever has done it keeps the duty until past its next run, so that another takes it over only when this one is gone. */
const lease = interval + 600_000;

export interface HousekeepingOptions {
  readonly usage: Pick<UsageStore, 'deleteSomeBefore' | 'maintainSome'>;
  readonly admin: Pick<AdminStore, 'deleteAuditBefore'>;
  readonly settings: () => Settings;
  readonly duties: Duties;
  readonly onError: (error: unknown) => void;
}

/** Deletes, hourly and by one replica, what is past its retention. @returns a function that ends it */
export function startHousekeeping({ usage, admin, settings, duties, onError }: HousekeepingOptions): () => void {
  const stop = new AbortController();
  const deleteOld = async () => {
    if (!(await duties.claim('housekeeping', lease))) return;
    const { retention } = settings();
    await deleteOldUsage(usage, retention, { signal: stop.signal });
    await admin.deleteAuditBefore(systemClock() - retention.auditDays * day);
  };
  const deleteExpired = () => void deleteOld().catch(onError);
  const first = setTimeout(deleteExpired, firstRun).unref();
  const timer = setInterval(deleteExpired, interval).unref();
  return () => {
    clearTimeout(first);
    clearInterval(timer);
    stop.abort();
  };
}
