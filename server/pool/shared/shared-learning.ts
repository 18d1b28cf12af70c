import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import type { News } from '../../shared-state/shared-state.ts';
import type { TimerHandle, Timers } from '../timers.ts';

/** Changes within this time are published together; milliseconds. */
const publishDelay = 20;
/** Maximum credentials in one message. */
const maxCredentialsPerMessage = 100;

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

/** The learned state of one credential, in parts that change independently. The values are JSON. */
export interface KnownParts {
  /** Identifies the email and token the state was learned with; news with another fingerprint is ignored. */
  readonly fingerprint: string;
  readonly parts: ReadonlyMap<string, unknown>;
}

export interface SharedLearningOptions {
  readonly news: News;
  readonly clock: Clock;
  readonly timers: Timers;
  /** A name unique to this replica. */
  readonly replica: string;
  /** @returns undefined when no credential has this id */
  readonly read: (id: string) => KnownParts | undefined;
  readonly adopt: (id: string, parts: ReadonlyMap<string, unknown>) => void;
}

interface Version {
  readonly text: string;
  /** A logical time, later than every version it replaces, whatever the replicas' clocks; 0 for the initial state. */
  readonly at: number;
  /** The replica's name, as tie-breaker between versions of the same time. */
  readonly by: string;
}

/**
 * Exchanges with other replicas what each has learned about credentials. The latest version of each part wins, so all
 * replicas reach the same state regardless of the order of messages.
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
      news.subscribe(topics.learned, (data) => this.#receive(data)),
      news.subscribe(topics.asks, () => this.#publishAll()),
      news.onGap(() => {
        this.#publishAll();
        this.ask();
      }),
    ];
  }

  /** Sets the credentials to track. The current state of new ones is their initial version and is not published. */
  track(ids: readonly string[]): void {
    const kept = new Set(ids);
    for (const id of this.#versions.keys()) if (!kept.has(id)) this.#versions.delete(id);
    for (const id of ids) {
      if (this.#versions.has(id)) continue;
      this.#versions.set(id, new Map());
      this.#updateVersions(id, 0, '');
    }
  }

  /** Drops all versions, because the credential now belongs to another account, and asks other replicas for news. */
  renew(id: string): void {
    this.#dirty.delete(id);
    this.#versions.set(id, new Map());
    this.#updateVersions(id, 0, '');
    this.ask();
  }

  /** Asks the other replicas to publish their state. */
  ask(): void {
    this.#options.news.publish(topics.asks, {});
  }

  /** Call when something about the credential may have changed. */
  markChanged(id: string): void {
    this.#dirty.add(id);
    this.#timer ??= this.#options.timers.set(() => this.#publishDirty(), publishDelay);
  }

  close(): void {
    this.#publishDirty();
    for (const stop of this.#stop) stop();
  }

  #publishDirty(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    const changed: CredentialNews[] = [];
    for (const id of this.#dirty) {
      this.#latest = Math.max(this.#latest + 1, this.#options.clock());
      const since = this.#updateVersions(id, this.#latest, this.#options.replica);
      if (since !== undefined && since.parts.length > 0) changed.push(since);
    }
    this.#dirty.clear();
    this.#publish(changed);
  }

  #publishAll(): void {
    this.#publishDirty();
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
    for (let start = 0; start < credentials.length; start += maxCredentialsPerMessage) {
      this.#options.news.publish(topics.learned, {
        credentials: credentials.slice(start, start + maxCredentialsPerMessage),
      });
    }
  }

  /** Gives each changed part a new version. @returns the changed parts */
  #updateVersions(id: string, at: number, by: string): CredentialNews | undefined {
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

  #receive(data: unknown): void {
    const news = learnedNews.safeParse(data).data;
    if (news === undefined) return;
    // Changes made here earlier must get their versions first.
    if (news.credentials.some(({ id }) => this.#dirty.has(id))) this.#publishDirty();
    for (const one of news.credentials) this.#receiveOne(one);
  }

  #receiveOne({ id, fingerprint, parts }: CredentialNews): void {
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
