import { z } from 'zod';
import { type Clock, hasPassed } from '../../lib/clock.ts';
import type { News } from '../../shared-state/shared-state.ts';
import type { Slot } from '../core/slot.ts';
import type { TimerHandle, Timers } from '../timers.ts';

/** Changes within this time are published together; milliseconds. */
const publishDelay = 100;
/** How often all counts are published while requests are in flight; milliseconds. */
const repeatInterval = 1000;
/** A replica that was silent for this long is taken to have no requests in flight; milliseconds. */
const silenceLimit = 3000;

const topic = 'pool.inflight';
const report = z.object({ replica: z.string(), counts: z.array(z.tuple([z.string(), z.number()])) });

export interface InFlightNewsOptions {
  readonly news: News;
  readonly clock: Clock;
  readonly timers: Timers;
  /** A name unique to this replica. */
  readonly replica: string;
  readonly slots: () => readonly Slot[];
  /** Called from time to time while requests are in flight. */
  readonly onTick: () => void;
}

/**
 * Exchanges with other replicas how many requests each credential has in flight. The counts are slightly out of date
 * but good enough to learn a limit. For credentials without a limit, this is the only count across replicas.
 */
export class InFlightNews {
  readonly #options: InFlightNewsOptions;
  readonly #others = new Map<string, { receivedAt: number; readonly counts: Map<string, number> }>();
  readonly #changed = new Set<string>();
  readonly #stop: () => void;
  #timer: TimerHandle | undefined;
  #publishedAllAt = 0;

  constructor(options: InFlightNewsOptions) {
    this.#options = options;
    this.#stop = options.news.subscribe(topic, (data) => this.#receive(data));
  }

  changed({ settings }: Slot): void {
    this.#changed.add(settings.id);
    this.#timer ??= this.#options.timers.set(() => this.#publish(), publishDelay);
  }

  close(): void {
    this.#options.timers.clear(this.#timer);
    this.#stop();
  }

  #publish(): void {
    const { clock, timers, news, replica, slots, onTick } = this.#options;
    const now = clock();
    const publishesAll = hasPassed(repeatInterval, this.#publishedAllAt, now);
    if (publishesAll) this.#publishedAllAt = now;
    const counts: [string, number][] = [];
    let isBusy = false;
    for (const { settings, inFlight } of slots()) {
      isBusy ||= inFlight > 0;
      if (this.#changed.has(settings.id) || (publishesAll && inFlight > 0)) counts.push([settings.id, inFlight]);
    }
    this.#changed.clear();
    if (counts.length > 0) news.publish(topic, { replica, counts });
    this.#timer = isBusy ? timers.set(() => this.#publish(), repeatInterval) : undefined;
    this.#updateElsewhere(now);
    onTick();
  }

  #receive(data: unknown): void {
    const received = report.safeParse(data).data;
    if (received === undefined) return;
    const now = this.#options.clock();
    const known = this.#others.get(received.replica) ?? { receivedAt: now, counts: new Map<string, number>() };
    known.receivedAt = now;
    for (const [id, count] of received.counts) {
      if (count > 0) known.counts.set(id, count);
      else known.counts.delete(id);
    }
    this.#others.set(received.replica, known);
    this.#updateElsewhere(now);
  }

  /** Sums up the other replicas' requests for each credential. */
  #updateElsewhere(now: number): void {
    for (const [replica, { receivedAt }] of this.#others) {
      if (hasPassed(silenceLimit, receivedAt, now)) this.#others.delete(replica);
    }
    for (const slot of this.#options.slots()) {
      slot.inFlightElsewhere = 0;
      for (const { counts } of this.#others.values()) slot.inFlightElsewhere += counts.get(slot.settings.id) ?? 0;
    }
  }
}
