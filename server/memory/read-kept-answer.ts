import type { KeptAnswer } from '../conversation/kept-answer.ts';
import { isRecord, readArray, readString } from '../lib/json.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';

/** @returns undefined for an entry in another version's format */
export function readKeptAnswer(value: unknown): KeptAnswer | undefined {
  if (!isRecord(value)) return undefined;
  const [own, ...others] = readArray(value.names).flatMap((name) => readString(name) ?? []);
  const text = readString(value.text);
  if (own === undefined || text === undefined) return undefined;
  const previous = readString(value.previous);
  return { names: [own, ...others], text, ...withoutUndefined({ previous }) };
}
