import type { Answer } from './load.ts';

/** A time, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** A killed replica: its address, and the time from the signal to its end. */
export interface Kill extends Span {
  readonly replica: string;
}

/** The kill broke only what the replica was answering. */
export function isByKill({ replica, sentAt, endedAt }: Answer, kill: Kill): boolean {
  return replica === kill.replica && sentAt <= kill.until && endedAt >= kill.from;
}

const minute = 60_000;

/**
 * How many requests beyond its limit per minute a key was granted while limits were shared. A minute
 * begins with the first request after the one before.
 */
export function countAboveRate(answers: readonly Answer[], span: Span, limit: number): number {
  const granted = answers
    .filter(({ isLimited, outcome, sentAt, endedAt }) => {
      return isLimited && outcome === 'answered' && sentAt >= span.from && endedAt <= span.until;
    })
    .sort((one, other) => one.sentAt - other.sentAt);
  let above = 0;
  for (let start = 0; start < granted.length; ) {
    const first = granted[start]?.sentAt ?? 0;
    const next = granted.findIndex(({ sentAt }) => sentAt >= first + minute);
    const end = next === -1 ? granted.length : next;
    // Requests at the border may belong to the next minute.
    const within = granted.slice(start, end).filter(({ endedAt }) => endedAt <= first + minute).length;
    above += Math.max(0, within - limit);
    start = end;
  }
  return above;
}

/** Answers that are missing from the ledger, except those of a killed replica's last 100 ms. */
export function findLost(
  answers: readonly Answer[],
  recorded: ReadonlySet<string>,
  kill: Kill,
): { lost: Answer[]; spared: Answer[] } {
  const missing = answers.filter(({ outcome, id }) => outcome === 'answered' && !recorded.has(id ?? ''));
  const isSpared = ({ replica, endedAt }: Answer) =>
    replica === kill.replica && endedAt <= kill.until && endedAt >= kill.from - 100;
  return { lost: missing.filter((answer) => !isSpared(answer)), spared: missing.filter(isSpared) };
}
