import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import type { Notes } from '../../shared-state/shared-state.ts';
import { type Place, placeLifetime, shortenKey } from '../core/affinity.ts';
import type { TimerHandle, Timers } from '../timers.ts';

/** Places within this time are written together; milliseconds. No conversation continues that soon. */
const writeDelay = 20;
/** Maximum places in one write. */
const maxPlacesPerWrite = 500;

const place = z.object({ id: z.string(), endpoint: z.object({ route: z.string(), upstreamModel: z.string() }) });

/** Shares the places of conversations, for replicas that receive them later. */
export class SharedAffinity {
  readonly #notes: Notes;
  readonly #timers: Timers;
  /** Notes to write, by name. */
  #pending = new Map<string, string>();
  #timer: TimerHandle | undefined;

  constructor(notes: Notes, timers: Timers) {
    this.#notes = notes;
    this.#timers = timers;
  }

  announce(affinityKey: string, { id, endpoint }: Place): void {
    this.#pending.set(nameOf(affinityKey), JSON.stringify({ id, endpoint }));
    if (this.#pending.size >= maxPlacesPerWrite) this.#writeAll();
    else this.#timer ??= this.#timers.set(() => this.#writeAll(), writeDelay);
  }

  async recall(affinityKey: string): Promise<Place | undefined> {
    const text = await this.#notes.read(nameOf(affinityKey));
    return text === undefined ? undefined : place.safeParse(parseJson(text)).data;
  }

  close(): void {
    this.#writeAll();
  }

  #writeAll(): void {
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    void this.#notes.write(this.#pending, placeLifetime);
    this.#pending = new Map();
  }
}

function nameOf(affinityKey: string): string {
  return `affinity.${shortenKey(affinityKey)}`;
}
