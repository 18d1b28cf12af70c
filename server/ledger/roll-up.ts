import { addRecord, addSums, emptySums, type UsageSums } from './sums.ts';
import type { UsageRecord } from './usage-record.ts';

/** The dimensions that records are grouped by. */
export const dimensions = ['key', 'model', 'credential', 'status'] as const;
export type Dimension = (typeof dimensions)[number];

/** The periods of roll-ups, in UTC. */
export const grains = ['minute', 'hour', 'day'] as const;
export type Grain = (typeof grains)[number];

export const grainLength: Readonly<Record<Grain, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** How long roll-ups by minute are kept. They are for watching current activity; milliseconds. */
export const minutesKept = 6 * grainLength.hour;

/** The dimensions that a roll-up is grouped by, as a bit mask in the order of `dimensions`. It sums over the others. */
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
 * The shapes that are stored, smallest first. A query uses the first shape with the dimensions that it needs. Long
 * periods are queried by day, so days also have pairs of dimensions.
 */
export const shapesOf: Readonly<Record<Grain, readonly Shape[]>> = {
  minute: [...totalAndSingles, fullShape],
  hour: [...totalAndSingles, fullShape],
  day: [...totalAndSingles, ...pairs, fullShape],
};

/** The smallest stored shape that contains these dimensions. */
export function smallestShape(grain: Grain, needed: Shape): Shape {
  return shapesOf[grain].find((shape) => (shape & needed) === needed) ?? fullShape;
}

/** The numbers of a record's values, in the order of `dimensions`. */
export type DimensionRefs = readonly [key: number, model: number, credential: number, status: number];

/** One roll-up. Refs are 0 for dimensions that the shape does not contain. */
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

/** A record with the numbers of its values. */
export interface RollUpEntry {
  readonly record: UsageRecord;
  readonly refs: DimensionRefs;
}

/**
 * Sums records into cells, which a store adds to its own.
 *
 * @param minutesFrom older records get no roll-up by minute; milliseconds since the epoch
 */
export function rollUp(entries: readonly RollUpEntry[], minutesFrom: number): RollUpCell[] {
  const cells = new Map<string, RollUpCell>();
  for (const group of groupAlike(entries, minutesFrom)) {
    for (const grain of grains) {
      if (grain === 'minute' && group.isOld) continue;
      const start = floorTo(grain, group.minute);
      for (const shape of shapesOf[grain]) addSums(cellOf(cells, grain, shape, start, group.refs).sums, group.sums);
    }
  }
  return [...cells.values()];
}

/** Records that belong to the same cells. A batch has many records but few such groups. */
interface Group {
  readonly minute: number;
  readonly isOld: boolean;
  readonly refs: DimensionRefs;
  readonly sums: UsageSums;
}

function groupAlike(entries: readonly RollUpEntry[], minutesFrom: number): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const { record, refs } of entries) {
    const minute = floorTo('minute', record.startedAt);
    const isOld = record.startedAt < minutesFrom;
    const name = `${minute}.${isOld}.${refs[0]}.${refs[1]}.${refs[2]}.${refs[3]}`;
    let group = groups.get(name);
    if (group === undefined) {
      group = { minute, isOld, refs, sums: emptySums() };
      groups.set(name, group);
    }
    addRecord(group.sums, record);
  }
  return groups.values();
}

function cellOf(cells: Map<string, RollUpCell>, grain: Grain, shape: Shape, start: number, refs: DimensionRefs) {
  const kept = keepRefs(refs, shape);
  const name = `${grain}.${shape}.${start}.${kept.join('.')}`;
  let cell = cells.get(name);
  if (cell === undefined) {
    cell = { grain, shape, start, refs: kept, sums: emptySums() };
    cells.set(name, cell);
  }
  return cell;
}

function keepRefs([key, model, credential, status]: DimensionRefs, shape: Shape): DimensionRefs {
  return [shape & 1 ? key : 0, shape & 2 ? model : 0, shape & 4 ? credential : 0, shape & 8 ? status : 0];
}
