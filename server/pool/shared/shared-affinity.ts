import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import type { Notes } from '../../shared-state/shared-state.ts';
import { type Place, REMEMBERED_FOR, shortenKey } from '../core/affinity.ts';
import type { TimerHandle, Timers } from '../timers.ts';

/** Places within this time are told together; milliseconds. Nobody continues a conversation that soon. */
const BUNDLED = 20;
/** Places in one message. */
const IN_ONE = 500;

const place = z.object({ id: z.string(), endpoint: z.object({ route: z.string(), upstreamModel: z.string() }) });

/** Where conversations were last, for replicas that they come to later. */
export class SharedAffinity {
  readonly #notes: Notes;
  readonly #timers: Timers;
  /** Texts by names: what is to be told. */
  #untold = new Map<string, string>();
  #timer: TimerHandle | undefined;

  constructor(notes: Notes, timers: Timers) {
    this.#notes = notes;
    this.#timers = timers;
  }

  tell(affinityKey: string, { id, endpoint }: Place): void {
    this.#untold.set(nameOf(affinityKey), JSON.stringify({ id, endpoint }));
    if (this.#untold.size >= IN_ONE) this.#tellAll();
    else this.#timer ??= this.#timers.set(() => this.#tellAll(), BUNDLED);
  }

  async recall(affinityKey: string): Promise<Place | undefined> {
    const text = await this.#notes.read(nameOf(affinityKey));
    return text === undefined ? undefined : place.safeParse(parseJson(text)).data;
  }

  close(): void {
    this.#tellAll();
  }

  #tellAll(): void {
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    if (this.#untold.size === 0) return;
    void this.#notes.write(this.#untold, REMEMBERED_FOR);
    this.#untold = new Map();
  }
}

function nameOf(affinityKey: string): string {
  return `affinity.${shortenKey(affinityKey)}`;
}
