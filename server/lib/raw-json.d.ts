/** Types of https://tc39.es/proposal-json-parse-with-source/ (ES2026) that TypeScript's library lacks. */
interface JSON {
  /** @param text JSON of a scalar, which `JSON.stringify` writes unchanged */
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
  parse(
    text: string,
    reviver: (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}

/** A scalar in its original notation. An object at run time, but not a JSON object. */
interface RawJson {
  readonly rawJSON: string;
}
