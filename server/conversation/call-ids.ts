import { countIdentifier, toPlainIdentifier } from './plain-identifier.ts';

/** The ids that a vendor accepts. */
export interface CallIdRule {
  /** In characters. */
  readonly maxLength: number;
  /** Converts an id to one that the vendor accepts. Different ids give different results, and the same id the same. */
  toVendor(id: string): string;
}

export const plainCallIdRule: CallIdRule = { maxLength: 64, toVendor: toPlainIdentifier };

/**
 * Gives each call in a history a unique id that a vendor accepts. Some clients reuse ids because they number calls from
 * the start in each turn. Calls must be passed in order, and results after their calls.
 */
export class CallIds {
  readonly #rule: CallIdRule;
  readonly #used = new Set<string>();
  /** How often each id was used, so that the next free one is found quickly. */
  readonly #counts = new Map<string, number>();
  /** New ids of the calls with each original id, and how many of them have results. */
  readonly #open = new Map<string, { readonly ids: string[]; answered: number }>();

  constructor(rule = plainCallIdRule) {
    this.#rule = rule;
  }

  ofCall(id: string): string {
    const unique = this.#makeUnique(this.#rule.toVendor(id));
    const open = this.#open.get(id);
    if (open === undefined) this.#open.set(id, { ids: [unique], answered: 0 });
    else open.ids.push(unique);
    return unique;
  }

  /** The new id of the call that a result belongs to. */
  ofResult(callId: string): string {
    const open = this.#open.get(callId);
    const id = open?.ids[open.answered];
    if (open === undefined || id === undefined) return this.#rule.toVendor(callId);
    open.answered += 1;
    return id;
  }

  #makeUnique(base: string): string {
    let unique = base;
    let count = this.#counts.get(base) ?? 1;
    while (this.#used.has(unique)) {
      count += 1;
      unique = countIdentifier(base, count, this.#rule.maxLength);
    }
    this.#counts.set(base, count);
    this.#used.add(unique);
    return unique;
  }
}
