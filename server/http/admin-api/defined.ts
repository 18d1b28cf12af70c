/** The same fields, none of which is undefined. */
export type Defined<Value> = { [Field in keyof Value]: Exclude<Value[Field], undefined> };

/** Without the fields whose value is undefined: an optional field of an input, said not to be there. */
export function definedOf<Value extends object>(value: Value): Defined<Value>;
export function definedOf(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

/** The fields that an edit names, for the audit log. */
export function namesOf(changes: object): string {
  return Object.keys(definedOf(changes)).join(', ');
}
