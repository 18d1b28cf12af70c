/** Log probabilities in OpenAI's format. The entries are not validated. */
export interface Logprobs {
  readonly content: readonly unknown[];
  readonly refusal: readonly unknown[];
}

/** Reads `{content, refusal}`, where either list may be null or missing. */
export function readLogprobs(value: unknown): Logprobs {
  return { content: listIn(value, 'content'), refusal: listIn(value, 'refusal') };
}

function listIn(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const list: unknown = Reflect.get(value, name);
  return Array.isArray(list) ? list : [];
}
