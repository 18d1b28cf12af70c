import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord } from '../../lib/json.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Removes the members that the model is known to refuse.
 *
 * @param refused paths, with `[]` for every item of a list: `tools[].strict`
 */
export function withoutMembers(body: JsonObject, refused: ReadonlySet<string>, notes: TranslationLog): JsonObject {
  let left: JsonObject = body;
  for (const path of refused) {
    const cut = cutPath(left, path.split('.'));
    if (cut === left || !isRecord(cut)) continue;
    left = cut;
    notes.dropped(path, 'The model refuses this member.');
  }
  return left;
}

/** True when a refused member is, or lies within, one of these top-level members. */
export function hasRefused(names: ReadonlySet<string>, refused: ReadonlySet<string>): boolean {
  for (const path of refused) if (names.has(/^[^.[]*/.exec(path)?.[0] ?? '')) return true;
  return false;
}

function cutPath(value: unknown, [step = '', ...rest]: readonly string[]): unknown {
  if (!isRecord(value)) return value;
  const name = step.replace(/\[\]$/, '');
  if (!Object.hasOwn(value, name)) return value;
  if (rest.length === 0) {
    const { [name]: _, ...others } = value;
    return others;
  }
  const member = value[name];
  const inner = step.endsWith('[]') && Array.isArray(member) ? cutItems(member, rest) : cutPath(member, rest);
  if (inner === member) return value;
  const { [name]: _, ...others } = value;
  // Drop an object that has become empty.
  return isEmptyObject(inner) ? others : { ...value, [name]: inner };
}

/** Drops items that have become empty. @returns the list itself when nothing was cut */
function cutItems(items: readonly unknown[], rest: readonly string[]): readonly unknown[] {
  const cut = items.map((item) => cutPath(item, rest));
  if (cut.every((item, index) => item === items[index])) return items;
  return cut.filter((item, index) => item === items[index] || !isEmptyObject(item));
}

function isEmptyObject(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}
