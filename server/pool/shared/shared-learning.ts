import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import type { News } from '../../shared-state/shared-state.ts';
import type { TimerHandle, Timers } from '../timers.ts';

/** Changes within this time are told together; milliseconds. */
const BUNDLED = 20;
/** Credentials in one message. */
const IN_ONE = 100;

const topics = { learned: 'pool.learned', asks: 'pool.asks' } as const;

const learnedNews = z.object({
  credentials: z.array(
    z.object({
      id: z.string(),
      fingerprint: z.string(),
      parts: z.array(z.object({ name: z.string(), at: z.number(), by: z.string(), value: z.unknown() })),
    }),
  ),
});
type CredentialNews = z.infer<typeof learnedNews>['credentials'][number];

/** What is known of one credential, in parts that change for themselves: values of JSON. */
export interface KnownParts {
  /** Of what was learned with; news of another are of no use. */
  readonly fingerprint: string;
  readonly parts: ReadonlyMap<string, unknown>;
}

export interface SharedLearningOptions {
  readonly news: News;
  readonly clock: Clock;
  readonly timers: Timers;
  /** A name that no other replica has. */
  readonly replica: string;
  /** @returns undefined when there is no such credential */
  readonly read: (id: string) => KnownParts | undefined;
  readonly adopt: (id: string, parts: ReadonlyMap<string, unknown>) => void;
}

interface Version {
  readonly text: string;
  /** A time, but later than that of every version it replaces, whatever the clocks of others; 0 when it is of nobody. */
  readonly at: number;
  /** Decides between versions of one time. */
  readonly by: string;
}

/**
 * Tells other replicas what this one learned of credentials, and takes in what they did. Of each part the latest version
 * holds, so that all come to know the same in whatever order they hear of it.
 */
export class SharedLearning {
  readonly #options: SharedLearningOptions;
  readonly #versions = new Map<string, Map<string, Version>>();
  readonly #dirty = new Set<string>();
  readonly #stop: readonly (() => void)[];
  #timer: TimerHandle | undefined;
  #latest = 0;

  constructor(options: SharedLearningOptions) {
    this.#options = options;
    const { news } = options;
    this.#stop = [
      news.subscribe(topics.learned, (data) => this.#hear(data)),
      news.subscribe(topics.asks, () => this.#tellAll()),
      news.onGap(() => {
        this.#tellAll();
        this.ask();
      }),
    ];
  }

  /** Keeps versions of exactly these; what is known of new ones now is nobody's news. */
  track(ids: readonly string[]): void {
    const kept = new Set(ids);
    for (const id of this.#versions.keys()) if (!kept.has(id)) this.#versions.delete(id);
    for (const id of ids) {
      if (this.#versions.has(id)) continue;
      this.#versions.set(id, new Map());
      this.#note(id, 0, '');
    }
  }

  /** The credential is another account now: nothing is known of it, until others tell. */
  renew(id: string): void {
    this.#dirty.delete(id);
    this.#versions.set(id, new Map());
    this.#note(id, 0, '');
    this.ask();
  }

  /** Has the others tell what they know. */
  ask(): void {
    this.#options.news.publish(topics.asks, {});
  }

  /** Something about the credential may have changed. */
  tell(id: string): void {
    this.#dirty.add(id);
    this.#timer ??= this.#options.timers.set(() => this.#tellDirty(), BUNDLED);
  }

  close(): void {
    this.#tellDirty();
    for (const stop of this.#stop) stop();
  }

  #tellDirty(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    const changed: CredentialNews[] = [];
    for (const id of this.#dirty) {
      this.#latest = Math.max(this.#latest + 1, this.#options.clock());
      const since = this.#note(id, this.#latest, this.#options.replica);
      if (since !== undefined && since.parts.length > 0) changed.push(since);
    }
    this.#dirty.clear();
    this.#publish(changed);
  }

  #tellAll(): void {
    this.#tellDirty();
    const all: CredentialNews[] = [];
    for (const [id, versions] of this.#versions) {
      const fingerprint = this.#options.read(id)?.fingerprint;
      const parts = [...versions]
        .filter(([, { at }]) => at > 0)
        .map(([name, { text, at, by }]) => ({ name, at, by, value: JSON.parse(text) as unknown }));
      if (fingerprint !== undefined && parts.length > 0) all.push({ id, fingerprint, parts });
    }
    this.#publish(all);
  }

  #publish(credentials: readonly CredentialNews[]): void {
    for (let start = 0; start < credentials.length; start += IN_ONE) {
      this.#options.news.publish(topics.learned, { credentials: credentials.slice(start, start + IN_ONE) });
    }
  }

  /** Gives the parts that are not as they were a new version. @returns those parts */
  #note(id: string, at: number, by: string): CredentialNews | undefined {
    const versions = this.#versions.get(id);
    const known = this.#options.read(id);
    if (versions === undefined || known === undefined) return undefined;
    const parts: CredentialNews['parts'] = [];
    for (const [name, value] of known.parts) {
      const text = JSON.stringify(value);
      if (versions.get(name)?.text === text) continue;
      versions.set(name, { text, at, by });
      parts.push({ name, at, by, value });
    }
    return { id, fingerprint: known.fingerprint, parts };
  }

  #hear(data: unknown): void {
    const news = learnedNews.safeParse(data).data;
    if (news === undefined) return;
    // What was learned here before is to have its version first.
    if (news.credentials.some(({ id }) => this.#dirty.has(id))) this.#tellDirty();
    for (const one of news.credentials) this.#hearOf(one);
  }

  #hearOf({ id, fingerprint, parts }: CredentialNews): void {
    const { read, adopt } = this.#options;
    const versions = this.#versions.get(id);
    if (versions === undefined || read(id)?.fingerprint !== fingerprint) return;
    const newer = parts.filter(({ name, at, by }) => isLater({ at, by }, versions.get(name)));
    if (newer.length === 0) return;
    adopt(id, new Map(newer.map(({ name, value }) => [name, value])));
    const present = read(id)?.parts;
    for (const { name, at, by, value } of newer) {
      this.#latest = Math.max(this.#latest, at);
      versions.set(name, { text: JSON.stringify(present?.get(name) ?? value), at, by });
    }
  }
}

function isLater({ at, by }: Pick<Version, 'at' | 'by'>, known: Version | undefined): boolean {
  return known === undefined || at > known.at || (at === known.at && by > known.by);
}
