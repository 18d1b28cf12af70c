import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DimensionRefs,
  fullShape,
  type Grain,
  grains,
  keeps,
  type RollUpCell,
  rollUp,
  shapeOf,
  shapesOf,
  smallestShape,
} from './roll-up.ts';
import { addRecord, addSums, emptySums, type UsageSums } from './sums.ts';
import { sampleRecord } from './testing/sample-record.ts';

const refs = fc.tuple(
  ...(Array.from({ length: 4 }, () => fc.integer({ min: 1, max: 3 })) as [
    fc.Arbitrary<number>,
    fc.Arbitrary<number>,
    fc.Arbitrary<number>,
    fc.Arbitrary<number>,
  ]),
);
const entry = fc.record({
  refs,
  record: fc
    .record({
      startedAt: fc.integer({ min: 0, max: 3 * 86_400_000 }),
      outcome: fc.constantFrom('success' as const, 'failure' as const, 'aborted' as const),
      inputTokens: fc.nat(1000),
      totalTime: fc.nat(100_000),
      firstTokenTime: fc.option(fc.nat(1000)),
      cost: fc.option(fc.constantFrom(0.1, 0.000003, 1.5)),
    })
    .map(sampleRecord),
});

describe('rollUp', () => {
  it('adds each record to the same cells, alone or in a batch', () => {
    const nameOf = ({ grain, shape, start, refs: of }: RollUpCell) => [grain, shape, start, ...of].join('.');
    const minutesFrom = 36 * 3_600_000 + 12_345;
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
        const expected = new Map<string, UsageSums>();
        for (const alone of entries) {
          for (const cell of rollUp([alone], minutesFrom)) {
            const sums = expected.get(nameOf(cell)) ?? emptySums();
            addRecord(sums, alone.record);
            expected.set(nameOf(cell), sums);
          }
        }
        const cells = rollUp(entries, minutesFrom).map((cell) => [nameOf(cell), cell.sums] as const);
        expect(new Map(cells)).toEqual(expected);
        expect(cells).toHaveLength(expected.size);
      }),
      { numRuns: 60 },
    );
  });

  it('counts every record once in each shape of each grain', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const expected = emptySums();
        for (const { record } of entries) addRecord(expected, record);
        const cells = rollUp(entries, 0);
        const sumOf = (grain: Grain, shape: number) => {
          const sums = emptySums();
          for (const cell of cells) if (cell.grain === grain && cell.shape === shape) addSums(sums, cell.sums);
          return sums;
        };
        for (const grain of grains) {
          for (const shape of shapesOf[grain]) expect(sumOf(grain, shape)).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('groups by the dimensions of the shape and no others, at the start of the period', () => {
    const at = (startedAt: number, ...of: DimensionRefs) => ({ record: sampleRecord({ startedAt }), refs: of });
    const cells = rollUp([at(3_600_000, 1, 2, 3, 4), at(7_199_999, 1, 5, 3, 4), at(7_200_000, 9, 2, 3, 4)], 0);
    const of = (grain: Grain, shape: number) =>
      cells
        .filter((cell) => cell.grain === grain && cell.shape === shape)
        .map((cell) => [cell.start, ...cell.refs, cell.sums.requests]);
    expect(of('hour', shapeOf(['key']))).toEqual([
      [3_600_000, 1, 0, 0, 0, 2],
      [7_200_000, 9, 0, 0, 0, 1],
    ]);
    expect(of('day', shapeOf(['model', 'status']))).toEqual([
      [0, 0, 2, 0, 4, 2],
      [0, 0, 5, 0, 4, 1],
    ]);
    expect(of('minute', fullShape)).toHaveLength(3);
  });

  it('makes no roll-ups by minute for old records', () => {
    const entries = [100_000, 200_000].map((startedAt) => ({
      record: sampleRecord({ startedAt }),
      refs: [1, 1, 1, 1] as const,
    }));
    const minutes = rollUp(entries, 150_000).filter(({ grain, shape }) => grain === 'minute' && shape === 0);
    expect(minutes.map(({ start }) => start)).toEqual([180_000]);
  });
});

describe('smallestShape', () => {
  it('contains what is needed, and no more for days with two dimensions', () => {
    expect(smallestShape('hour', 0)).toBe(0);
    expect(smallestShape('hour', shapeOf(['model']))).toBe(shapeOf(['model']));
    expect(smallestShape('hour', shapeOf(['model', 'key']))).toBe(fullShape);
    expect(smallestShape('day', shapeOf(['model', 'key']))).toBe(shapeOf(['model', 'key']));
    expect(smallestShape('day', shapeOf(['model', 'key', 'status']))).toBe(fullShape);
    expect(keeps(fullShape, 'status')).toBe(true);
    expect(keeps(shapeOf(['key']), 'status')).toBe(false);
  });
});
