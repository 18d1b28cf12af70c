import { z } from 'zod';
import { alertRuleNames } from '../../contract/alerts.ts';
import type { Condition } from './condition.ts';

/** What has been reported about a condition. Times are milliseconds since the epoch. */
const entry = z.object({
  rule: z.enum(alertRuleNames),
  /** The credential or key that it is about. */
  name: z.string(),
  /** Whether its end is reported, too. */
  reportsEnd: z.boolean(),
  /** Since when it holds; null: it no longer holds. */
  since: z.number().nullable(),
  /** When it was last reported. */
  reportedAt: z.number().nullable(),
  /** Whether it was reported since it began to hold. */
  isReported: z.boolean(),
});
export type MemoryEntry = z.infer<typeof entry>;
export type AlertMemory = ReadonlyMap<string, MemoryEntry>;

const stored = z.record(z.string().max(300), z.unknown());

/**
 * Parses the stored memory, entry by entry.
 *
 * @param onDropped called if any entry, or the whole memory, is invalid
 */
export function readMemory(value: unknown, onDropped: () => void): AlertMemory {
  const entries = Object.entries(stored.safeParse(value ?? {}).data ?? { '': undefined });
  const memory = new Map<string, MemoryEntry>();
  for (const [key, item] of entries) {
    const parsed = entry.safeParse(item);
    if (parsed.success) memory.set(key, parsed.data);
  }
  if (memory.size < entries.length) onDropped();
  return memory;
}

export const writeMemory = (memory: AlertMemory): Record<string, MemoryEntry> => Object.fromEntries(memory);

export interface Decision {
  readonly memory: AlertMemory;
  /** Conditions to report now. */
  readonly raised: readonly Condition[];
  /** Reported conditions that have ended and whose end must be reported. */
  readonly ended: readonly MemoryEntry[];
}

/**
 * Decides what to report. A condition is reported once it has held for its `minDuration`, and again after the quiet time
 * if it still holds. If it ends and returns within the quiet time, it is not reported again.
 *
 * @param quiet milliseconds
 */
export function decideAlerts(
  memory: AlertMemory,
  conditions: readonly Condition[],
  now: number,
  quiet: number,
): Decision {
  const next = new Map<string, MemoryEntry>();
  const raised: Condition[] = [];
  for (const condition of conditions) {
    const before = memory.get(condition.key);
    const since = notAfter(now, before?.since ?? now);
    const isReported = before?.since == null ? false : before.isReported;
    const reportedAt = notAfter(now, before?.reportedAt ?? null);
    const due = now - since >= condition.minDuration && (reportedAt === null || now - reportedAt >= quiet);
    if (due) raised.push(condition);
    const { rule, name, reportsEnd } = condition;
    const news = due ? { reportedAt: now, isReported: true } : { reportedAt, isReported };
    next.set(condition.key, { rule, name, reportsEnd, since, ...news });
  }
  const ended: MemoryEntry[] = [];
  for (const [key, before] of memory) {
    if (next.has(key)) continue;
    if (before.since !== null && before.isReported && before.reportsEnd) ended.push(before);
    // Keep it for the quiet time, because it may return.
    const reportedAt = notAfter(now, before.reportedAt);
    if (reportedAt !== null && now - reportedAt < quiet)
      next.set(key, { ...before, reportedAt, since: null, isReported: false });
  }
  return { memory: next, raised, ended };
}

/** A time from when the clock was ahead counts as now. Otherwise, an alert could be kept back for years. */
function notAfter<Time extends number | null>(now: number, time: Time): number | Time {
  return time === null ? time : Math.min(time, now);
}

/** Splits a memory into the entries of these rules and all others. */
export function splitMemory(memory: AlertMemory, has: (entry: MemoryEntry) => boolean): [AlertMemory, AlertMemory] {
  const entries = [...memory];
  return [new Map(entries.filter(([, entry]) => has(entry))), new Map(entries.filter(([, entry]) => !has(entry)))];
}
