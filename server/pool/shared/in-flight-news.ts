import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import type { News } from '../../shared-state/shared-state.ts';
import type { Slot } from '../core/slot.ts';
import type { TimerHandle, Timers } from '../timers.ts';

/** Changes within this time are told together; milliseconds. */
const BUNDLED = 100;
/** While requests are under way, all counts are told as often; milliseconds. */
const REPEATED = 1000;
/** A replica that was silent for so long has none under way; milliseconds. */
const SILENCE = 3000;

const topic = 'pool.inflight';
const report = z.object({ replica: z.string(), counts: z.array(z.tuple([z.string(), z.number()])) });

export interface InFlightNewsOptions {
  readonly news: News;
  readonly clock: Clock;
  readonly timers: Timers;
  /** A name that no other replica has. */
  readonly replica: string;
  readonly slots: () => readonly Slot[];
  /** Called now and then while requests are under way. */
  readonly onTick: () => void;
}

/**
 * Tells other replicas how many requests each credential has under way here, and hears how many it has there: a moment old,
 * and enough to learn a limit by. Requests of credentials without a limit are counted by this alone.
 */
export class InFlightNews {
  readonly #options: InFlightNewsOptions;
  readonly #others = new Map<string, { heardAt: number; readonly counts: Map<string, number> }>();
  readonly #changed = new Set<string>();
  readonly #stop: () => void;
  #timer: TimerHandle | undefined;
  #toldAllAt = 0;

  constructor(options: InFlightNewsOptions) {
    this.#options = options;
    this.#stop = options.news.subscribe(topic, (data) => this.#hear(data));
  }

  changed({ settings }: Slot): void {
    this.#changed.add(settings.id);
    this.#timer ??= this.#options.timers.set(() => this.#tick(), BUNDLED);
  }

  close(): void {
    this.#options.timers.clear(this.#timer);
    this.#stop();
  }

  #tick(): void {
    const { clock, timers, news, replica, slots, onTick } = this.#options;
    const now = clock();
    const tellsAll = now - this.#toldAllAt >= REPEATED;
    if (tellsAll) this.#toldAllAt = now;
    const counts: [string, number][] = [];
    let isBusy = false;
    for (const { settings, inFlight } of slots()) {
      isBusy ||= inFlight > 0;
      if (this.#changed.has(settings.id) || (tellsAll && inFlight > 0)) counts.push([settings.id, inFlight]);
    }
    this.#changed.clear();
    if (counts.length > 0) news.publish(topic, { replica, counts });
    this.#timer = isBusy ? timers.set(() => this.#tick(), REPEATED) : undefined;
    this.#add(now);
    onTick();
  }

  #hear(data: unknown): void {
    const heard = report.safeParse(data).data;
    if (heard === undefined) return;
    const now = this.#options.clock();
    const known = this.#others.get(heard.replica) ?? { heardAt: now, counts: new Map<string, number>() };
    known.heardAt = now;
    for (const [id, count] of heard.counts) {
      if (count > 0) known.counts.set(id, count);
      else known.counts.delete(id);
    }
    this.#others.set(heard.replica, known);
    this.#add(now);
  }

  /** Adds up for each credential what the others have. */
  #add(now: number): void {
    for (const [replica, { heardAt }] of this.#others) if (now - heardAt >= SILENCE) this.#others.delete(replica);
    for (const slot of this.#options.slots()) {
      slot.elsewhere = 0;
      for (const { counts } of this.#others.values()) slot.elsewhere += counts.get(slot.settings.id) ?? 0;
    }
  }
}
