import type { Refusal } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import { matchesAnyPattern } from '../patterns.ts';

/** One vendor rule, with the name by which the `strict-except` knob disables it. */
export type Rule<Request> = {
  readonly name: string;
  readonly check: (request: Request) => Refusal | null;
};

/** The refusal by the first violated rule; null if all rules hold or are disabled. */
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

/** The refusal of the first refused item. */
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

/** Member names that the `reject-parameters` knob makes unknown at any depth. */
export function rejectedNames(behaviour: Behaviour): ReadonlySet<string> {
  return new Set(behaviour['reject-parameters'].split('|').filter((name) => name !== ''));
}
