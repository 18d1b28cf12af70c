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

export function createAnswerMemory({ settings, shared, vault, clock }: AnswerMemoryOptions): AnswerMemory {
  const bounds = () => {
    const { enabled, megabytes, hours } = settings();
    return enabled ? { bytes: megabytes * megabyte, age: hours * hour } : { bytes: 0, age: 0 };
  };
  const answers = new BoundedAnswers(bounds, clock);
  const sweep = setInterval(() => answers.sweep(), sweepInterval).unref();
  const stopListening = [
    shared.news.subscribe(forgottenTopic, (data) => {
      const { owner, name } = readRecord(data);
      answers.forget(String(owner), String(name));
    }),
    // Another replica may have deleted shared answers in the meantime, so drop the copies.
    shared.news.onGap(() => answers.dropCopies()),
  ];
  const placeOf = (owner: string, name: string) => `${owner}:${name}`;

  /** Fetches an answer of another replica, or of this one from before a restart. */
  async function fetchShared(owner: string, name: string): Promise<KeptAnswer | undefined> {
    const found = await shared.shelf.get(placeOf(owner, name));
    if (found === undefined) return undefined;
    try {
      return readKeptAnswer(parseJson(vault.open(found.text, purposeOf(found.name))));
    } catch {
      // Encrypted with another key, so it cannot be used.
      return undefined;
    }
  }

  async function findOrFetch(owner: string, name: string): Promise<KeptAnswer | undefined> {
    const known = answers.findAnswer(owner, name);
    if (known !== undefined) return known;
    const fetched = await fetchShared(owner, name);
    if (fetched !== undefined) answers.keep(owner, fetched, true);
    return fetched;
  }

  return {
    get isOn() {
      return settings().enabled;
    },
    keep(owner, answer) {
      const { bytes, age } = bounds();
      const { isOpen } = shared.shelf;
      if (!answers.keep(owner, answer, isOpen) || !isOpen) return;
      const names = answer.names.map((name) => placeOf(owner, name));
      const [own = ''] = names;
      const text = vault.seal(JSON.stringify(answer), purposeOf(own));
      void shared.shelf.put(names, text, { milliseconds: age, limit: bytes });
    },
    async recall(owner, names) {
      const found = new Map<string, RecalledAnswer>();
      if (!settings().enabled) return found;
      const byOwnName = new Map<string, RecalledAnswer>();
      const wanted = new Set(names);
      for (const name of wanted) {
        const answer = await findOrFetch(owner, name);
        if (answer === undefined) continue;
        const [own] = answer.names;
        const recalled = byOwnName.get(own) ?? { text: answer.text };
        byOwnName.set(own, recalled);
        found.set(name, recalled);
        // Iterating a set includes items added during the iteration, each once.
        if (name === own && answer.previous !== undefined) wanted.add(answer.previous);
      }
      return found;
    },
    async forget(owner, name) {
      answers.forget(owner, name);
      shared.news.publish(forgottenTopic, { owner, name });
      await shared.shelf.remove(placeOf(owner, name));
    },
    get size() {
      return answers.size;
    },
    close() {
      clearInterval(sweep);
      for (const stop of stopListening) stop();
    },
  };
}

function purposeOf(place: string): string {
  return `kept answer:${place}`;
}
