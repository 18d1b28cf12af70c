import { createHash } from 'node:crypto';

/** What Claude takes as the id of a tool call and as the name of a tool (dialect notes, section 2). */
const longest = 64;
const valid = /^[a-zA-Z0-9_-]{1,64}$/;

export function isValidIdentifier(text: string): boolean {
  return valid.test(text);
}

/**
 * An identifier in Claude's alphabet: the same for the same text, whenever and wherever it is asked for, and another for
 * another text.
 */
export function toValidIdentifier(text: string): string {
  if (isValidIdentifier(text)) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const readable = text.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, longest - hash.length - 1);
  return `${readable}_${hash}`;
}

/**
 * Gives each call of a history an id that Claude takes and that no other call has: ids come again in the histories of
 * clients that count them anew in each turn. The calls must be told in order, and results behind their calls.
 */
export class CallIds {
  readonly #used = new Set<string>();
  /** How often an id has come, so that the next one is found at once. */
  readonly #counts = new Map<string, number>();
  /** By the call's own id, the ids of the calls that wait for a result. */
  readonly #open = new Map<string, { readonly ids: string[]; answered: number }>();

  ofCall(id: string): string {
    const unique = this.#makeUnique(toValidIdentifier(id));
    const open = this.#open.get(id);
    if (open === undefined) this.#open.set(id, { ids: [unique], answered: 0 });
    else open.ids.push(unique);
    return unique;
  }

  /** The id of the call that a result answers. */
  ofResult(callId: string): string {
    const open = this.#open.get(callId);
    const id = open?.ids[open.answered];
    if (open === undefined || id === undefined) return toValidIdentifier(callId);
    open.answered += 1;
    return id;
  }

  #makeUnique(base: string): string {
    let unique = base;
    let count = this.#counts.get(base) ?? 1;
    while (this.#used.has(unique)) {
      count += 1;
      unique = withSuffix(base, count);
    }
    this.#counts.set(base, count);
    this.#used.add(unique);
    return unique;
  }
}

function withSuffix(base: string, count: number): string {
  const suffix = `_${count}`;
  return base.slice(0, longest - suffix.length) + suffix;
}

/** The names that tools have for Claude, and what the client calls them. */
export class ToolNames {
  readonly #byClientName = new Map<string, string>();
  readonly #clientNames = new Map<string, string>();

  /** @param names every name that the request mentions; those that Claude takes stay as they are */
  constructor(names: Iterable<string>) {
    const all = new Set(names);
    for (const name of all) {
      if (isValidIdentifier(name)) continue;
      const base = toValidIdentifier(name);
      let unique = base;
      for (let count = 2; all.has(unique) || this.#clientNames.has(unique); count += 1) {
        unique = withSuffix(base, count);
      }
      this.#byClientName.set(name, unique);
      this.#clientNames.set(unique, name);
    }
  }

  /** True when Claude knows every tool by the client's name. */
  get unchanged(): boolean {
    return this.#byClientName.size === 0;
  }

  toClaude(name: string): string {
    return this.#byClientName.get(name) ?? name;
  }

  toClient(name: string): string {
    return this.#clientNames.get(name) ?? name;
  }
}
