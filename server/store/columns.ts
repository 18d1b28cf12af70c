/** Flags are stored as 0 and 1, which every engine has. */
export function toFlag(value: boolean): number;
export function toFlag(value: boolean | undefined): number | undefined;
export function toFlag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

export function fromFlag(value: number): boolean {
  return value !== 0;
}
