/** The same fields, where those that may be undefined are optional instead. */
export type WithoutUndefined<Value> = {
  [Field in keyof Value as undefined extends Value[Field] ? never : Field]: Value[Field];
} & {
  [Field in keyof Value as undefined extends Value[Field] ? Field : never]?: Exclude<Value[Field], undefined>;
};

/**
 * Removes fields that are undefined; null is kept. Some types, and some users of an object, distinguish undefined from
 * absent.
 */
export function withoutUndefined<Value extends object>(value: Value): WithoutUndefined<Value>;
export function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
