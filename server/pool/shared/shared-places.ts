import { type Clock, hasPassed } from '../../lib/clock.ts';
import { readRecord } from '../../lib/json.ts';
import type { News, Places, TakenPlaces } from '../../shared-state/shared-state.ts';
import { limitOf, limitOfRoute } from '../core/availability.ts';
import type { Grant } from '../core/grant.ts';
import type { Slot } from '../core/slot.ts';
import type { SlotRoute } from '../core/slot-route.ts';
import type { Timers } from '../timers.ts';
import { InFlightNews } from './in-flight-news.ts';

/** How long to wait before requesting a place again, unless another replica reports a free one earlier. */
const retryDelay = 250;
/** How long another replica's request for a place is valid. */
const wantedLifetime = 1000;
/**
 * How long a freed place is reserved for other replicas. Doubles each time they were too late, as on a busy machine.
 */
const othersTurn = 20;
const maxDoublings = 5;
/** Minimum time between two requests for the same place. */
const wantedInterval = 200;

/** The times that tests need; all in this file are milliseconds. */
export const placesTimes = { retryDelay, othersTurn } as const;

/** Something with a concurrency limit: a credential or one of its routes. */
export type Holder = Slot | SlotRoute;

/** The grant's place among the concurrent requests of all replicas. */
export interface GrantedPlace {
  /** Call before the core releases the grant. */
  release(): void;
}

/** Other replicas use the whole limit of this. */
export interface FilledByOthers {
  readonly full: Holder;
  readonly until: number;
}

interface UnplacedRequest {
  /** Set once a limit is known. */
  placing: Promise<TakenPlaces | undefined> | undefined;
}

export interface SharedPlacesOptions {
  readonly places: Places;
  readonly news: News;
  readonly clock: Clock;
  readonly timers: Timers;
  /** A name unique to this replica. */
  readonly replica: string;
  readonly slots: () => readonly Slot[];
  /** Leaves a credential or route to other replicas until a time. */
  readonly leaveToOthers: (full: Holder, until: number) => void;
  /** Called when a place may have become free. */
  readonly onFreed: () => void;
}

const topics = { wanted: 'pool.wanted', freed: 'pool.freed' } as const;

/**
 * Counts the concurrent requests of each credential across all replicas and enforces the limits. A replica that finds a
 * credential full publishes this, and is notified when a place becomes free.
 */
export class SharedPlaces {
  readonly #options: SharedPlacesOptions;
  /** By name: the holders whose limit other replicas use completely. */
  readonly #full = new Map<string, Holder>();
  /** By name: until when another replica wants a place, and how often in a row it was too late. */
  readonly #wanted = new Map<string, { readonly until: number; readonly missed: number }>();
  /** By name: how often in a row this replica was too late for a free place. */
  readonly #missed = new Map<string, number>();
  readonly #publishedAt = new Map<string, number>();
  /** By name: the requests without a place, because no limit was known when they started. */
  readonly #unplaced = new Map<string, Set<UnplacedRequest>>();
  readonly #inFlightNews: InFlightNews;
  readonly #stop: readonly (() => void)[];

  constructor(options: SharedPlacesOptions) {
    this.#options = options;
    const { news } = options;
    this.#inFlightNews = new InFlightNews({ ...options, onTick: () => this.#placeWhereLimited() });
    this.#stop = [
      news.subscribe(topics.wanted, (data) => this.#receiveWanted(data)),
      news.subscribe(topics.freed, (data) => this.#receiveFreed(readPlace(data))),
    ];
  }

  /** Reserves a place for the grant. Synchronous when no limit is known. */
  reserve(grant: Grant): GrantedPlace | Promise<GrantedPlace | FilledByOthers> {
    const { slot, route } = grant;
    const name = nameOf(slot);
    const limit = limitOf(slot);
    if (route.learned === undefined && limit === Number.POSITIVE_INFINITY) return this.count(grant);
    this.#inFlightNews.changed(slot);
    return this.#reserveWithin(grant, name, limit);
  }

  /** Counts the grant without checking any limit. */
  count({ slot }: Grant): GrantedPlace {
    const name = nameOf(slot);
    const request: UnplacedRequest = { placing: undefined };
    const unplaced = this.#unplaced.get(name) ?? new Set();
    unplaced.add(request);
    this.#unplaced.set(name, unplaced);
    this.#inFlightNews.changed(slot);
    return {
      release: () => {
        unplaced.delete(request);
        void request.placing?.then((taken) => taken?.release());
        this.#inFlightNews.changed(slot);
      },
    };
  }

  close(): void {
    for (const stop of this.#stop) stop();
    this.#inFlightNews.close();
  }

  /** Gives places to the running requests of credentials for which a limit has become known. */
  #placeWhereLimited(): void {
    for (const slot of this.#options.slots()) {
      if (limitOf(slot) < Number.POSITIVE_INFINITY) this.#placeAll(nameOf(slot));
    }
  }

  #placeAll(name: string): void {
    for (const request of this.#unplaced.get(name) ?? []) {
      request.placing = this.#options.places.reserve(name, 1, Number.POSITIVE_INFINITY);
    }
    this.#unplaced.delete(name);
  }

  async #reserveWithin({ slot, route }: Grant, name: string, limit: number): Promise<GrantedPlace | FilledByOthers> {
    this.#placeAll(name);
    const ofSlot = await this.#reserveFor(slot, name, limit);
    if (ofSlot === undefined) return this.#filled(slot, name);
    // The most recent figure, until the other replicas publish theirs.
    slot.inFlightElsewhere = Math.max(0, ofSlot.total - slot.inFlight);
    if (route.learned === undefined) return { release: () => this.#giveBackOf(slot, name, ofSlot) };
    const routeName = `${name}.${route.name}`;
    const ofRoute = await this.#reserveFor(route, routeName, limitOfRoute(route));
    if (ofRoute === undefined) {
      this.#release(slot, name, ofSlot);
      return this.#filled(route, routeName);
    }
    return {
      release: () => {
        this.#release(route, routeName, ofRoute);
        this.#giveBackOf(slot, name, ofSlot);
      },
    };
  }

  async #reserveFor(holder: Holder, name: string, limit: number): Promise<TakenPlaces | undefined> {
    const taken = await this.#options.places.reserve(name, 1, limit);
    if (taken === undefined) return undefined;
    if (this.#full.get(name) === holder) this.#full.delete(name);
    this.#missed.delete(name);
    return taken;
  }

  #filled(full: Holder, name: string): FilledByOthers {
    const { clock, news } = this.#options;
    const now = clock();
    this.#full.set(name, full);
    if (hasPassed(wantedInterval, this.#publishedAt.get(name) ?? 0, now)) {
      this.#publishedAt.set(name, now);
      news.publish(topics.wanted, { place: name, missed: this.#missed.get(name) ?? 0 });
    }
    return { full, until: now + retryDelay };
  }

  #giveBackOf(slot: Slot, name: string, taken: TakenPlaces): void {
    this.#release(slot, name, taken);
    this.#inFlightNews.changed(slot);
  }

  #release(holder: Holder, name: string, taken: TakenPlaces): void {
    taken.release();
    const now = this.#options.clock();
    const wanted = this.#wanted.get(name);
    if (wanted === undefined || now >= wanted.until) return;
    this.#wanted.delete(name);
    this.#options.news.publish(topics.freed, { place: name });
    this.#options.leaveToOthers(holder, now + othersTurn * 2 ** Math.min(wanted.missed, maxDoublings));
  }

  #receiveWanted(data: unknown): void {
    const { missed } = readRecord(data);
    this.#wanted.set(readPlace(data), {
      until: this.#options.clock() + wantedLifetime,
      missed: typeof missed === 'number' ? missed : 0,
    });
  }

  #receiveFreed(name: string): void {
    const full = this.#full.get(name);
    if (full === undefined) return;
    this.#full.delete(name);
    // Allows another request for the place, in case this replica is too late again.
    this.#publishedAt.delete(name);
    this.#missed.set(name, (this.#missed.get(name) ?? 0) + 1);
    full.fullUntil = 0;
    this.#options.onFreed();
  }
}

function nameOf({ settings }: Slot): string {
  return `credential.${settings.id}`;
}

function readPlace(data: unknown): string {
  const { place } = readRecord(data);
  return String(place);
}
