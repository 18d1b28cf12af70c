import type { Refusal } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import { matchesAnyPattern } from '../patterns.ts';

/** One thing that a vendor refuses, by the name under which the `strict-except` knob switches it off. */
export type Rule<Request> = {
  readonly name: string;
  readonly check: (request: Request) => Refusal | null;
};

/** The refusal of the first rule that is broken; null when all hold, or when the knobs switch them off. */
export function applyRules<Request>(
  rules: readonly Rule<Request>[],
  request: Request,
  behaviour: Behaviour,
): Refusal | null {
  if (behaviour.strict === 'off') return null;
  return firstRefusal(rules, ({ name, check }) =>
    matchesAnyPattern(name, behaviour['strict-except']) ? null : check(request),
  );
}

/** What the first item that is refused is refused with. */
export function firstRefusal<Item>(
  items: readonly Item[],
  check: (item: Item, index: number) => Refusal | null,
): Refusal | null {
  for (const [index, item] of items.entries()) {
    const refusal = check(item, index);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** Names of members that the `reject-parameters` knob makes unknown, wherever they stand. */
export function rejectedNames(behaviour: Behaviour): ReadonlySet<string> {
  return new Set(behaviour['reject-parameters'].split('|').filter((name) => name !== ''));
}
