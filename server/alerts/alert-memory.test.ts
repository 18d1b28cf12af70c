import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type AlertMemory, decideAlerts, readMemory, writeMemory } from './alert-memory.ts';
import type { Condition } from './condition.ts';

const minute = 60_000;
const quiet = 60 * minute;
const start = 1_800_000_000_000;

function invalid(id: string, minDuration = 0): Condition {
  return { rule: 'tokenInvalid', key: `tokenInvalid:${id}`, minDuration, reportsEnd: true, name: id };
}

/** Simulates minute after minute. @param course the conditions that hold in each minute */
function runMinutes(course: readonly (readonly Condition[])[]) {
  let memory: AlertMemory = new Map();
  return course.map((conditions, index) => {
    const turn = decideAlerts(memory, conditions, start + index * minute, quiet);
    // Also survives a restart.
    memory = readMemory(JSON.parse(JSON.stringify(writeMemory(turn.memory))), expect.unreachable);
    return { raised: turn.raised.map(({ key }) => key), ended: turn.ended.map(({ name }) => name) };
  });
}

describe('the memory of alerts', () => {
  it('reports a condition once, and its end', () => {
    const turns = runMinutes([[invalid('a')], [invalid('a')], [invalid('a'), invalid('b')], []]);
    expect(turns.map(({ raised }) => raised)).toEqual([['tokenInvalid:a'], [], ['tokenInvalid:b'], []]);
    expect(turns[3]?.ended).toEqual(['a', 'b']);
  });

  it('reports again after the quiet time if it still holds', () => {
    const turns = runMinutes(Array.from({ length: 121 }, () => [invalid('a')]));
    expect(turns.flatMap(({ raised }, index) => (raised.length > 0 ? [index] : []))).toEqual([0, 60, 120]);
  });

  it('waits for the minimum duration', () => {
    const slow = invalid('a', minute);
    expect(
      runMinutes([[slow], [], [slow], [slow], []]).map(({ raised, ended }) => [raised.length, ended.length]),
    ).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
  });

  it.each([60, 60 * 24 * 365])('is not kept back by a clock that was %i minutes ahead', (minutes) => {
    const ahead = decideAlerts(new Map(), [invalid('a'), invalid('b', minute)], start + minutes * minute, quiet);
    const at = (time: number, memory: AlertMemory) =>
      decideAlerts(memory, [invalid('a'), invalid('b', minute)], start + time * minute, quiet);
    const first = at(0, ahead.memory);
    const second = at(1, first.memory);
    const later = at(60, second.memory);
    expect([first, second, later].map(({ raised }) => raised.map(({ name }) => name))).toEqual([[], ['b'], ['a']]);
  });

  it('ignores a condition that ends and returns within the quiet time', () => {
    const turns = runMinutes([[invalid('a')], [], [invalid('a')], [], [invalid('a')]]);
    expect(turns.map(({ raised, ended }) => [raised.length, ended.length])).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  it('never repeats within the quiet time, never reports an end without a beginning, and forgets what is over', () => {
    const course = fc.array(fc.subarray(['a', 'b', 'c']), { maxLength: 200 });
    fc.assert(
      fc.property(course, (holding) => {
        let memory: AlertMemory = new Map();
        const reportedAt = new Map<string, number>();
        const begun = new Set<string>();
        for (const [index, ids] of holding.entries()) {
          const now = start + index * minute;
          const conditions = ids.map((id) => invalid(id));
          const turn = decideAlerts(memory, conditions, now, quiet);
          for (const { key } of turn.raised) {
            expect(now - (reportedAt.get(key) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(quiet);
            reportedAt.set(key, now);
            begun.add(key.slice('tokenInvalid:'.length));
          }
          for (const { name } of turn.ended) expect(begun.delete(name)).toBe(true);
          memory = turn.memory;
        }
        expect(decideAlerts(memory, [], start + holding.length * minute + quiet, quiet).memory.size).toBe(0);
      }),
    );
  });

  it('drops the invalid entries of a stored memory, and says so', () => {
    const good = { rule: 'storage', name: '', reportsEnd: true, since: start, reportedAt: null, isReported: false };
    const dropped = vi.fn();
    expect(readMemory({ a: { since: 'yesterday' }, b: good }, dropped)).toEqual(new Map([['b', good]]));
    expect(readMemory('x', dropped).size).toBe(0);
    expect(dropped).toHaveBeenCalledTimes(2);
    expect(readMemory({ b: good }, dropped).size).toBe(1);
    expect(readMemory(undefined, dropped).size).toBe(0);
    expect(dropped).toHaveBeenCalledTimes(2);
  });
});
