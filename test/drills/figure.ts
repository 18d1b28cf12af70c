/** A figure of the drill, and whether it is within bounds. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly isGood: boolean;
}

export function atMost(name: string, value: number, most: number, unit: string): Figure {
  return { name, value: `${value.toFixed(0)} ${unit} (at most ${most})`, isGood: value <= most };
}

export function exactly(name: string, value: unknown, wanted: unknown): Figure {
  return { name, value: `${value} (${wanted})`, isGood: value === wanted };
}

/** Prints a line per figure. @returns whether all are within bounds */
export function printFigures(figures: readonly Figure[]): boolean {
  for (const { name, value, isGood } of figures) console.log(`${isGood ? 'good' : 'BAD '}  ${name}: ${value}`);
  return figures.every(({ isGood }) => isGood);
}
