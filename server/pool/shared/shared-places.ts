import type { Clock } from '../../lib/clock.ts';
import { readRecord } from '../../lib/json.ts';
import type { News, Places, TakenPlaces } from '../../shared-state/shared-state.ts';
import { limitOf, limitOfRoute } from '../core/availability.ts';
import type { Grant } from '../core/grant.ts';
import type { Slot } from '../core/slot.ts';
import type { SlotRoute } from '../core/slot-route.ts';
import type { Timers } from '../timers.ts';
import { InFlightNews } from './in-flight-news.ts';

/** How long to wait before asking again for a place that others took, unless one reports a free place earlier. */
const RETRY = 250;
/** How long a free place is left to other replicas after one of them asked for it. */
const WANTED_FOR = 1000;
/** That long; they hear of it in less. Twice as long for each time that they came too late, as on a busy machine. */
const OTHERS_TURN = 20;
const MOST_DOUBLINGS = 5;
/** Others are told no more often that a place is wanted. */
const TELL_AGAIN = 200;

/** All milliseconds. */
export const placesTimes = { RETRY, OTHERS_TURN } as const;

/** What a grant is of, and so has a limit. */
export type Holder = Slot | SlotRoute;

/** The grant's place among the requests at once of all replicas. */
export interface GrantedPlace {
  /** To be called before the core takes the grant back. */
  giveBack(): void;
}

/** Other replicas have filled this to its limit. */
export interface FilledByOthers {
  readonly full: Holder;
  readonly until: number;
}

interface UnplacedRequest {
  /** Once a limit is known. */
  placing: Promise<TakenPlaces | undefined> | undefined;
}

export interface SharedPlacesOptions {
  readonly places: Places;
  readonly news: News;
  readonly clock: Clock;
  readonly timers: Timers;
  /** A name that no other replica has. */
  readonly replica: string;
  readonly slots: () => readonly Slot[];
  /** Leaves a credential or route to the others until a time. */
  readonly leaveToOthers: (full: Holder, until: number) => void;
  /** A place may be free that was not. */
  readonly onFreed: () => void;
}

const topics = { wanted: 'pool.wanted', freed: 'pool.freed' } as const;

/**
 * Counts the requests at once of each credential over all replicas, and keeps them to its limits. Who finds a credential
 * full says so, and is told when a place comes free.
 */
export class SharedPlaces {
  readonly #options: SharedPlacesOptions;
  /** By names: what others filled. */
  readonly #full = new Map<string, Holder>();
  /** By names: until when another replica wants a place, and how often in a row it came too late. */
  readonly #wanted = new Map<string, { readonly until: number; readonly missed: number }>();
  /** By names: how often in a row this replica came too late for a place that was free. */
  readonly #missed = new Map<string, number>();
  readonly #toldAt = new Map<string, number>();
  /** By names: what runs without a place, as no limit was known when it began. */
  readonly #unplaced = new Map<string, Set<UnplacedRequest>>();
  readonly #inFlightNews: InFlightNews;
  readonly #stop: readonly (() => void)[];

  constructor(options: SharedPlacesOptions) {
    this.#options = options;
    const { news } = options;
    this.#inFlightNews = new InFlightNews({ ...options, onTick: () => this.#placeWhereLimited() });
    this.#stop = [
      news.subscribe(topics.wanted, (data) => this.#hearWanted(data)),
      news.subscribe(topics.freed, (data) => this.#hearFreed(readPlace(data))),
    ];
  }

  /** Synchronous where no limit is known: nobody is asked then. */
  take(grant: Grant): GrantedPlace | Promise<GrantedPlace | FilledByOthers> {
    const { slot, route } = grant;
    const name = nameOf(slot);
    const limit = limitOf(slot);
    if (route.learned === undefined && limit === Number.POSITIVE_INFINITY) return this.count(grant);
    this.#inFlightNews.changed(slot);
    return this.#takeWithin(grant, name, limit);
  }

  /** Whatever the limits. */
  count({ slot }: Grant): GrantedPlace {
    const name = nameOf(slot);
    const request: UnplacedRequest = { placing: undefined };
    const unplaced = this.#unplaced.get(name) ?? new Set();
    unplaced.add(request);
    this.#unplaced.set(name, unplaced);
    this.#inFlightNews.changed(slot);
    return {
      giveBack: () => {
        unplaced.delete(request);
        void request.placing?.then((taken) => taken?.giveBack());
        this.#inFlightNews.changed(slot);
      },
    };
  }

  close(): void {
    for (const stop of this.#stop) stop();
    this.#inFlightNews.close();
  }

  /** A limit has become known: what is under way counts from now on. */
  #placeWhereLimited(): void {
    for (const slot of this.#options.slots()) {
      if (limitOf(slot) < Number.POSITIVE_INFINITY) this.#placeAll(nameOf(slot));
    }
  }

  #placeAll(name: string): void {
    for (const request of this.#unplaced.get(name) ?? []) {
      request.placing = this.#options.places.take(name, 1, Number.POSITIVE_INFINITY);
    }
    this.#unplaced.delete(name);
  }

  async #takeWithin({ slot, route }: Grant, name: string, limit: number): Promise<GrantedPlace | FilledByOthers> {
    this.#placeAll(name);
    const ofSlot = await this.#takeOf(slot, name, limit);
    if (ofSlot === undefined) return this.#filled(slot, name);
    // The latest that is known, until the others tell again.
    slot.elsewhere = Math.max(0, ofSlot.total - slot.inFlight);
    if (route.learned === undefined) return { giveBack: () => this.#giveBackOf(slot, name, ofSlot) };
    const routeName = `${name}.${route.name}`;
    const ofRoute = await this.#takeOf(route, routeName, limitOfRoute(route));
    if (ofRoute === undefined) {
      this.#giveBack(slot, name, ofSlot);
      return this.#filled(route, routeName);
    }
    return {
      giveBack: () => {
        this.#giveBack(route, routeName, ofRoute);
        this.#giveBackOf(slot, name, ofSlot);
      },
    };
  }

  async #takeOf(holder: Holder, name: string, limit: number): Promise<TakenPlaces | undefined> {
    const taken = await this.#options.places.take(name, 1, limit);
    if (taken === undefined) return undefined;
    if (this.#full.get(name) === holder) this.#full.delete(name);
    this.#missed.delete(name);
    return taken;
  }

  #filled(full: Holder, name: string): FilledByOthers {
    const { clock, news } = this.#options;
    const now = clock();
    this.#full.set(name, full);
    if (now - (this.#toldAt.get(name) ?? 0) >= TELL_AGAIN) {
      this.#toldAt.set(name, now);
      news.publish(topics.wanted, { place: name, missed: this.#missed.get(name) ?? 0 });
    }
    return { full, until: now + RETRY };
  }

  #giveBackOf(slot: Slot, name: string, taken: TakenPlaces): void {
    this.#giveBack(slot, name, taken);
    this.#inFlightNews.changed(slot);
  }

  #giveBack(holder: Holder, name: string, taken: TakenPlaces): void {
    taken.giveBack();
    const now = this.#options.clock();
    const wanted = this.#wanted.get(name);
    if (wanted === undefined || now >= wanted.until) return;
    this.#wanted.delete(name);
    this.#options.news.publish(topics.freed, { place: name });
    this.#options.leaveToOthers(holder, now + OTHERS_TURN * 2 ** Math.min(wanted.missed, MOST_DOUBLINGS));
  }

  #hearWanted(data: unknown): void {
    const { missed } = readRecord(data);
    this.#wanted.set(readPlace(data), {
      until: this.#options.clock() + WANTED_FOR,
      missed: typeof missed === 'number' ? missed : 0,
    });
  }

  #hearFreed(name: string): void {
    const full = this.#full.get(name);
    if (full === undefined) return;
    this.#full.delete(name);
    // A replica that comes too late for the place asks again.
    this.#toldAt.delete(name);
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
