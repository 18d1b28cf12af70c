import type { PoolSettings } from '../../settings/settings.ts';
import { AffinityMemory, type CacheUse, type Place } from './affinity.ts';
import type { CoreRequest, Grant } from './grant.ts';
import type { RouteStandings } from './route-standings.ts';
import { type Selected, Selection } from './selection.ts';
import { routeOf, type Slot } from './slot.ts';
import { beginTrials } from './trials.ts';

export interface GrantMakerOptions {
  readonly settings: () => PoolSettings;
  readonly standings: RouteStandings;
  /** A conversation's place is new, has changed, or was announced long ago. */
  readonly onPlaced: ((affinityKey: string, place: Place) => void) | undefined;
}

/** Makes grants: selects a credential and an endpoint, the ones of the same conversation if possible, and takes them. */
export class GrantMaker {
  /** Where conversations were last. */
  readonly affinity = new AffinityMemory();
  readonly #options: GrantMakerOptions;
  readonly #selection: Selection;
  #sequence = 0;

  constructor(options: GrantMakerOptions) {
    this.#options = options;
    this.#selection = new Selection(options.standings);
  }

  /** The latest sequence number. */
  get latest(): number {
    return this.#sequence;
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** @returns undefined if no credential is available */
  grant(slots: readonly Slot[], request: CoreRequest, now: number, arrivedAt: number): Grant | undefined {
    const settings = this.#options.settings();
    const { affinityKey, opening } = request;
    const key = settings.affinity ? affinityKey : undefined;
    const remembered = key === undefined || opening === true ? undefined : this.affinity.recall(key, now);
    const selected = this.#selection.select(slots, request, settings, remembered, now);
    if (selected === undefined) return undefined;
    if (key !== undefined) this.#remember(key, selected, now);
    return this.open(selected, key, now, arrivedAt);
  }

  /** Takes what was selected. */
  open(
    { slot, endpoint, reason, skipped }: Selected,
    affinityKey: string | undefined,
    now: number,
    arrivedAt: number,
  ): Grant {
    const sequence = this.nextSequence();
    const route = routeOf(slot, endpoint.route);
    slot.inFlight += 1;
    route.inFlight += 1;
    slot.turn = sequence;
    slot.usedAt = now;
    const waited = now - arrivedAt;
    const grant = {
      slot,
      endpoint,
      route,
      sequence,
      epoch: slot.epoch,
      reason,
      skipped,
      waited,
      affinityKey,
      open: true,
      answered: false,
    };
    beginTrials(grant, this.#options.standings);
    return grant;
  }

  /** Learns from an answer whether its conversation has a warm cache there. */
  recordCacheUse({ affinityKey, slot, endpoint }: Grant, cached: CacheUse | undefined, now: number): void {
    if (affinityKey === undefined || cached === undefined) return;
    this.affinity.learn(affinityKey, slot.settings.id, endpoint, cached, now);
  }

  #remember(key: string, { slot, endpoint }: Selected, now: number): void {
    const { id } = slot.settings;
    if (this.affinity.remember(key, id, endpoint, now)) this.#options.onPlaced?.(key, { id, endpoint });
  }
}
