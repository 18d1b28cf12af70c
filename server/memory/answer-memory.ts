import type { KeptAnswer, RecalledAnswer, RecalledAnswers } from '../conversation/kept-answer.ts';
import type { Clock } from '../lib/clock.ts';
import { parseJson, readRecord } from '../lib/json.ts';
import type { Vault } from '../lib/secrets.ts';
import type { MemorySettings } from '../settings/settings.ts';
import type { SharedState } from '../shared-state/shared-state.ts';
import { BoundedAnswers } from './bounded-answers.ts';
import { readKeptAnswer } from './read-kept-answer.ts';

/** Keeps answers that clients may refer to for a while, per API key. They are never written to disk. */
export interface AnswerMemory {
  /** False while the admin has disabled it. */
  readonly isOn: boolean;
  /** @param owner the API key's id */
  keep(owner: string, answer: KeptAnswer): void;
  /** Recalls the answers with these names and the answers before them in their conversations. Never rejects. */
  recall(owner: string, names: readonly string[]): Promise<RecalledAnswers>;
  forget(owner: string, name: string): Promise<void>;
  /** The number and size of the answers in this process. */
  readonly size: { readonly answers: number; readonly bytes: number };
  close(): void;
}

export interface AnswerMemoryOptions {
  readonly settings: () => MemorySettings;
  readonly shared: Pick<SharedState, 'shelf' | 'news'>;
  /** Encrypts what replicas share. */
  readonly vault: Vault;
  readonly clock: Clock;
}

const megabyte = 1024 * 1024;
const hour = 3_600_000;
/** How often expired answers are dropped; milliseconds. */
const sweepInterval = 60_000;
/** The topic on which replicas announce deleted answers. */
const forgottenTopic = 'forgotten answers';

export function createAnswerMemory(options: AnswerMemoryOptions): AnswerMemory {
  return new SharedAnswerMemory(options);
}

class SharedAnswerMemory implements AnswerMemory {
  readonly #options: AnswerMemoryOptions;
  /** The answers in this process. */
  readonly #answers: BoundedAnswers;
  readonly #sweep: NodeJS.Timeout;
  readonly #stopListening: readonly (() => void)[];

  constructor(options: AnswerMemoryOptions) {
    this.#options = options;
    const { shared, clock } = options;
    this.#answers = new BoundedAnswers(() => this.#bounds(), clock);
    this.#sweep = setInterval(() => this.#answers.sweep(), sweepInterval).unref();
    this.#stopListening = [
      shared.news.subscribe(forgottenTopic, (data) => {
        const { owner, name } = readRecord(data);
        this.#answers.forget(String(owner), String(name));
      }),
      // Another replica may have deleted shared answers in the meantime, so drop the copies.
      shared.news.onGap(() => this.#answers.dropCopies()),
    ];
  }

  get isOn(): boolean {
    return this.#options.settings().enabled;
  }

  get size(): { readonly answers: number; readonly bytes: number } {
    return this.#answers.size;
  }

  keep(owner: string, answer: KeptAnswer): void {
    const { shared, vault } = this.#options;
    const { bytes, age } = this.#bounds();
    const { isOpen } = shared.shelf;
    if (!this.#answers.keep(owner, answer, isOpen) || !isOpen) return;
    const names = answer.names.map((name) => placeOf(owner, name));
    const [own = ''] = names;
    const text = vault.seal(JSON.stringify(answer), purposeOf(own));
    void shared.shelf.put(names, text, { milliseconds: age, limit: bytes });
  }

  async recall(owner: string, names: readonly string[]): Promise<RecalledAnswers> {
    const found = new Map<string, RecalledAnswer>();
    if (!this.isOn) return found;
    const byOwnName = new Map<string, RecalledAnswer>();
    const wanted = new Set(names);
    for (const name of wanted) {
      const answer = await this.#findOrFetch(owner, name);
      if (answer === undefined) continue;
      const [own] = answer.names;
      const recalled = byOwnName.get(own) ?? { text: answer.text };
      byOwnName.set(own, recalled);
      found.set(name, recalled);
      // Iterating a set includes items added during the iteration, each once.
      if (name === own && answer.previous !== undefined) wanted.add(answer.previous);
    }
    return found;
  }

  async forget(owner: string, name: string): Promise<void> {
    const { shared } = this.#options;
    this.#answers.forget(owner, name);
    shared.news.publish(forgottenTopic, { owner, name });
    await shared.shelf.remove(placeOf(owner, name));
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const stop of this.#stopListening) stop();
  }

  #bounds(): { readonly bytes: number; readonly age: number } {
    const { enabled, megabytes, hours } = this.#options.settings();
    return enabled ? { bytes: megabytes * megabyte, age: hours * hour } : { bytes: 0, age: 0 };
  }

  async #findOrFetch(owner: string, name: string): Promise<KeptAnswer | undefined> {
    const known = this.#answers.findAnswer(owner, name);
    if (known !== undefined) return known;
    const fetched = await this.#fetchShared(owner, name);
    if (fetched !== undefined) this.#answers.keep(owner, fetched, true);
    return fetched;
  }

  /** Fetches an answer of another replica, or of this one from before a restart. */
  async #fetchShared(owner: string, name: string): Promise<KeptAnswer | undefined> {
    const { shared, vault } = this.#options;
    const found = await shared.shelf.get(placeOf(owner, name));
    if (found === undefined) return undefined;
    try {
      return readKeptAnswer(parseJson(vault.open(found.text, purposeOf(found.name))));
    } catch {
      // Encrypted with another key, so it cannot be used.
      return undefined;
    }
  }
}

function placeOf(owner: string, name: string): string {
  return `${owner}:${name}`;
}

function purposeOf(place: string): string {
  return `kept answer:${place}`;
}
