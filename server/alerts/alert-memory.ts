import { z } from 'zod';
import { alertRuleNames } from '../../contract/alerts.ts';
import type { Condition } from './condition.ts';

/** What was told of a condition. Times are milliseconds since the epoch. */
const entry = z.object({
  rule: z.enum(alertRuleNames),
  /** What it is about. */
  name: z.string(),
  /** Its end is told, too. */
  endsAloud: z.boolean(),
  /** Since when it holds; null: it holds no more. */
  since: z.number().nullable(),
  /** When it was told last. */
  toldAt: z.number().nullable(),
  /** Told since it holds. */
  told: z.boolean(),
});
export type MemoryEntry = z.infer<typeof entry>;
export type AlertMemory = ReadonlyMap<string, MemoryEntry>;

const stored = z.record(z.string().max(300), entry);

/** What the store has of it; a memory that is not understood is an empty one. */
export function readMemory(value: unknown): AlertMemory {
  const parsed = stored.safeParse(value);
  return new Map(parsed.success ? Object.entries(parsed.data) : []);
}

export const writeMemory = (memory: AlertMemory): Record<string, MemoryEntry> => Object.fromEntries(memory);

export interface Decision {
  readonly memory: AlertMemory;
  /** To be told now. */
  readonly raised: readonly Condition[];
  /** Those that are over, were told, and end aloud. */
  readonly ended: readonly MemoryEntry[];
}

/**
 * Decides what is news. A condition is told when it has held for its patience, and again while it goes on once the quiet
 * time is over; one that comes back within the quiet time is not told again.
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
    const since = before?.since ?? now;
    const told = before?.since == null ? false : before.told;
    const toldAt = before?.toldAt ?? null;
    const due = now - since >= condition.patience && (toldAt === null || now - toldAt >= quiet);
    if (due) raised.push(condition);
    const { rule, name, endsAloud } = condition;
    const news = due ? { toldAt: now, told: true } : { toldAt, told };
    next.set(condition.key, { rule, name, endsAloud, since, ...news });
  }
  const ended: MemoryEntry[] = [];
  for (const [key, before] of memory) {
    if (next.has(key)) continue;
    if (before.since !== null && before.told && before.endsAloud) ended.push(before);
    // Remembered for the quiet time: it may come back.
    if (before.toldAt !== null && now - before.toldAt < quiet) {
      next.set(key, { ...before, since: null, told: false });
    }
  }
  return { memory: next, raised, ended };
}
