import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import type { Notes } from '../../shared-state/shared-state.ts';
import { type Place, REMEMBERED_FOR, shortenKey } from '../core/affinity.ts';

const place = z.object({ id: z.string(), endpoint: z.object({ route: z.string(), upstreamModel: z.string() }) });

/** Where conversations were last, for replicas that they come to later. */
export class SharedAffinity {
  readonly #notes: Notes;

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  tell(affinityKey: string, { id, endpoint }: Place): void {
    void this.#notes.write(nameOf(affinityKey), JSON.stringify({ id, endpoint }), REMEMBERED_FOR);
  }

  async recall(affinityKey: string): Promise<Place | undefined> {
    const text = await this.#notes.read(nameOf(affinityKey));
    return text === undefined ? undefined : place.safeParse(parseJson(text)).data;
  }
}

function nameOf(affinityKey: string): string {
  return `affinity.${shortenKey(affinityKey)}`;
}
