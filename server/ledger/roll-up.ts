import { addRecord, emptySums, type UsageSums } from './sums.ts';
import type { UsageRecord } from './usage-store.ts';

/** What records are grouped by. */
export const dimensions = ['key', 'model', 'credential', 'status'] as const;
export type Dimension = (typeof dimensions)[number];

/** How long a roll-up's time is, from its start; UTC. */
export const grains = ['minute', 'hour', 'day'] as const;
export type Grain = (typeof grains)[number];

export const grainLength: Readonly<Record<Grain, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Minutes are for a look at what goes on now: roll-ups by the minute are kept for so long; milliseconds. */
export const minutesKept = 6 * grainLength.hour;

/** Which dimensions a roll-up keeps apart, the others being added up: a bit for each, in the order of `dimensions`. */
export type Shape = number;

export function shapeOf(kept: Iterable<Dimension>): Shape {
  let shape = 0;
  for (const dimension of kept) shape |= 1 << dimensions.indexOf(dimension);
  return shape;
}

export function keeps(shape: Shape, dimension: Dimension): boolean {
  return (shape & shapeOf([dimension])) !== 0;
}

export const fullShape = shapeOf(dimensions);

const totalAndSingles: readonly Shape[] = [0, ...dimensions.map((dimension) => shapeOf([dimension]))];
const pairs: readonly Shape[] = dimensions.flatMap((first, index) =>
  dimensions.slice(index + 1).map((second) => shapeOf([first, second])),
);

/**
 * The shapes that are stored, those of fewest rows first. Every question is answered by the first that keeps what it
 * asks for; long times are asked of days, which therefore have pairs too.
 */
export const shapesOf: Readonly<Record<Grain, readonly Shape[]>> = {
  minute: [...totalAndSingles, fullShape],
  hour: [...totalAndSingles, fullShape],
  day: [...totalAndSingles, ...pairs, fullShape],
};

/** The stored shape of fewest rows that keeps these dimensions. */
export function smallestShape(grain: Grain, needed: Shape): Shape {
  return shapesOf[grain].find((shape) => (shape & needed) === needed) ?? fullShape;
}

/** The number that stands for a record's value of each dimension, in the order of `dimensions`. */
export type DimensionRefs = readonly [key: number, model: number, credential: number, status: number];

/** One roll-up: refs are 0 where the shape does not keep the dimension. */
export interface RollUpCell {
  readonly grain: Grain;
  readonly shape: Shape;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly refs: DimensionRefs;
  readonly sums: UsageSums;
}

export function floorTo(grain: Grain, time: number): number {
  return time - (time % grainLength[grain]);
}

/**
 * Adds records up to the cells that a store adds to what it has.
 *
 * @param minutesFrom records older than it get no roll-up by the minute; milliseconds since the epoch
 */
export function rollUp(
  entries: readonly { readonly record: UsageRecord; readonly refs: DimensionRefs }[],
  minutesFrom: number,
): RollUpCell[] {
  const cells = new Map<string, RollUpCell>();
  for (const { record, refs } of entries) {
    for (const grain of grains) {
      if (grain === 'minute' && record.startedAt < minutesFrom) continue;
      const start = floorTo(grain, record.startedAt);
      for (const shape of shapesOf[grain]) {
        const kept = keepRefs(refs, shape);
        const name = `${grain}.${shape}.${start}.${kept.join('.')}`;
        const cell = cells.get(name) ?? { grain, shape, start, refs: kept, sums: emptySums() };
        addRecord(cell.sums, record);
        cells.set(name, cell);
      }
    }
  }
  return [...cells.values()];
}

function keepRefs([key, model, credential, status]: DimensionRefs, shape: Shape): DimensionRefs {
  return [shape & 1 ? key : 0, shape & 2 ? model : 0, shape & 4 ? credential : 0, shape & 8 ? status : 0];
}
