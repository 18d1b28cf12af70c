/** What TypeScript's library lacks of https://tc39.es/proposal-json-parse-with-source/, which is part of ES2026. */
interface JSON {
  /** @param text JSON of a scalar: `JSON.stringify` writes it as it stands */
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
  parse(
    text: string,
    reviver: (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}

/** A scalar in its own spelling. An object, but none of JSON's. */
interface RawJson {
  readonly rawJSON: string;
}
