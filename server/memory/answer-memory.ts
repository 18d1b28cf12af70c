import type { KeptAnswer, RecalledAnswer, RecalledAnswers } from '../conversation/kept-answer.ts';
import type { Clock } from '../lib/clock.ts';
import { parseJson, readRecord } from '../lib/json.ts';
import type { Vault } from '../lib/secrets.ts';
import type { MemorySettings } from '../settings/settings.ts';
import type { SharedState } from '../shared-state/shared-state.ts';
import { BoundedAnswers } from './bounded-answers.ts';
import { readKeptAnswer } from './read-kept-answer.ts';

/** Answers that clients may refer to for a while, each known to the owner of its API key alone. Never on a disk. */
export interface AnswerMemory {
  /** False while the admin has it switched off. */
  readonly isOn: boolean;
  /** @param owner the API key's id */
  keep(owner: string, answer: KeptAnswer): void;
  /** What is kept under these names, and what those answers go on from. Never rejects. */
  recall(owner: string, names: readonly string[]): Promise<RecalledAnswers>;
  forget(owner: string, name: string): Promise<void>;
  /** How much is kept in this process. */
  readonly size: { readonly answers: number; readonly bytes: number };
  close(): void;
}

export interface AnswerMemoryOptions {
  readonly settings: () => MemorySettings;
  readonly shared: Pick<SharedState, 'shelf' | 'news'>;
  /** What replicas hand each other is sealed by it. */
  readonly vault: Vault;
  readonly clock: Clock;
}

const megabyte = 1024 * 1024;
const hour = 3_600_000;
/** How often what has grown too old is let go; milliseconds. */
const sweepInterval = 60_000;
/** Replicas tell each other what clients had forgotten. */
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
    // Which of those that are on the shelf, too, were forgotten meanwhile is not known here.
    shared.news.onGap(() => answers.dropCopies()),
  ];
  const placeOf = (owner: string, name: string) => `${owner}:${name}`;

  /** From another replica, or from this one before a restart. */
  async function fetchShared(owner: string, name: string): Promise<KeptAnswer | undefined> {
    const found = await shared.shelf.get(placeOf(owner, name));
    if (found === undefined) return undefined;
    try {
      return readKeptAnswer(parseJson(vault.open(found.text, purposeOf(found.name))));
    } catch {
      // Sealed under another key: it is nothing to this gateway.
      return undefined;
    }
  }

  async function find(owner: string, name: string): Promise<KeptAnswer | undefined> {
    const known = answers.find(owner, name);
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
        const answer = await find(owner, name);
        if (answer === undefined) continue;
        const [own] = answer.names;
        const recalled = byOwnName.get(own) ?? { text: answer.text };
        byOwnName.set(own, recalled);
        found.set(name, recalled);
        // A set's iteration comes to what is added meanwhile, and to nothing twice.
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
