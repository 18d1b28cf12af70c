import { countIdentifier, toPlainIdentifier } from '../../conversation/plain-identifier.ts';

/**
 * Gives each call in a history a unique id that Claude accepts. Some clients reuse ids because they number calls from
 * the start in each turn. Calls must be passed in order, and results after their calls.
 */
export class CallIds {
  readonly #used = new Set<string>();
  /** How often each id was used, so that the next free one is found quickly. */
  readonly #counts = new Map<string, number>();
  /** New ids of the calls with each original id, and how many of them have results. */
  readonly #open = new Map<string, { readonly ids: string[]; answered: number }>();

  ofCall(id: string): string {
    const unique = this.#makeUnique(toPlainIdentifier(id));
    const open = this.#open.get(id);
    if (open === undefined) this.#open.set(id, { ids: [unique], answered: 0 });
    else open.ids.push(unique);
    return unique;
  }

  /** The new id of the call that a result belongs to. */
  ofResult(callId: string): string {
    const open = this.#open.get(callId);
    const id = open?.ids[open.answered];
    if (open === undefined || id === undefined) return toPlainIdentifier(callId);
    open.answered += 1;
    return id;
  }

  #makeUnique(base: string): string {
    let unique = base;
    let count = this.#counts.get(base) ?? 1;
    while (this.#used.has(unique)) {
      count += 1;
      unique = countIdentifier(base, count);
    }
    this.#counts.set(base, count);
    this.#used.add(unique);
    return unique;
  }
}
