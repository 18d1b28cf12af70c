/** Converts a flag to 0 or 1, which every engine can store. */
export function toFlag(value: boolean): number;
export function toFlag(value: boolean | undefined): number | undefined;
export function toFlag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

export function fromFlag(value: number): boolean {
  return value !== 0;
}
