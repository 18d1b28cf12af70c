/** The same fields; those that may be undefined are optional instead. */
export type WithoutUndefined<Value> = {
  [Field in keyof Value as undefined extends Value[Field] ? never : Field]: Value[Field];
} & {
  [Field in keyof Value as undefined extends Value[Field] ? Field : never]?: Exclude<Value[Field], undefined>;
};

/**
 * The fields that have a value. null is one; undefined means that a field is absent, which some types and some users of an
 * object tell apart.
 */
export function withoutUndefined<Value extends object>(value: Value): WithoutUndefined<Value>;
export function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
