/** Flags are stored as 0 and 1, which every engine has. */
export function toFlag(value: boolean): number;
export function toFlag(value: boolean | undefined): number | undefined;
export function toFlag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

export function fromFlag(value: number): boolean {
  return value !== 0;
}

type Defined<Columns> = { [Name in keyof Columns]?: Exclude<Columns[Name], undefined> };

/** Only the columns that are to change: undefined means "leave as it is", null is a value. */
export function withoutUndefined<Columns extends object>(columns: Columns): Defined<Columns> {
  const defined: Defined<Columns> = {};
  for (const name in columns) {
    const value = columns[name];
    if (isDefined(value)) defined[name] = value;
  }
  return defined;
}

function isDefined<Value>(value: Value): value is Exclude<Value, undefined> {
  return value !== undefined;
}
