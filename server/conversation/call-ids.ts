import { countIdentifier, toPlainIdentifier } from './plain-identifier.ts';

/** The ids that a vendor takes. */
export interface CallIdRule {
  /** In characters. */
  readonly longest: number;
  /** An id that the vendor takes: the same for the same id, another for another one. */
  toVendor(id: string): string;
}

export const plainCallIdRule: CallIdRule = { longest: 64, toVendor: toPlainIdentifier };

/**
 * Gives each call of a history an id that a vendor takes and that no other call has: ids come again in the histories of
 * clients that count them anew in each turn. The calls must be told in order, and results behind their calls.
 */
export class CallIds {
  readonly #rule: CallIdRule;
  readonly #used = new Set<string>();
  /** How often an id has come, so that the next one is found at once. */
  readonly #counts = new Map<string, number>();
  /** By the call's own id, the ids of the calls that wait for a result. */
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

  /** The id of the call that a result answers. */
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
      unique = countIdentifier(base, count, this.#rule.longest);
    }
    this.#counts.set(base, count);
    this.#used.add(unique);
    return unique;
  }
}
