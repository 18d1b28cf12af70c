import { isRecord, type JsonRecord, readArray, readCount, readText } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

/*
 * Some servers between OpenAI and the gateway give an item another id in every event, and give calls no ids or all the
 * same one. Clients find an item by the id that it began with, and send the result of a call back with the call's id.
 */

const callTypes: ReadonlySet<unknown> = new Set(['function_call', 'custom_tool_call']);

/** The ids of the items of an answer, by their places in the output. */
export class ItemIds {
  readonly #responseId: string;
  readonly #begun = new Map<number, { readonly id: unknown; readonly type: unknown }>();
  readonly #callIds = new Map<number, string>();
  readonly #takenCallIds = new Set<string>();

  /** @param responseId the gateway's own, unique id of the answer */
  constructor(responseId: string) {
    this.#responseId = responseId;
  }

  /** @returns the event with the first id of its item, and an id of its own for a call */
  pinEvent(event: JsonRecord): JsonRecord {
    const place = readCount(event.output_index);
    const { item, item_id: given } = event;
    if (place === undefined) return event;
    const begun = this.#begun.get(place);
    if (isRecord(item)) {
      if (begun === undefined || event.type === 'response.output_item.added') {
        this.#begun.set(place, { id: item.id, type: item.type });
      }
      const pinned = this.#pinItem(item, place);
      return pinned === item ? event : { ...event, item: pinned };
    }
    if (given === undefined) return event;
    if (begun === undefined) this.#begun.set(place, { id: given, type: undefined });
    return begun === undefined || begun.id === given ? event : { ...event, item_id: begun.id };
  }

  /** @returns the response with these ids in its output */
  pinOutput(response: JsonRecord): JsonRecord {
    const output = readArray(response.output);
    const pinned = output.map((item, place) => (isRecord(item) ? this.#pinItem(item, place) : item));
    return pinned.every((item, place) => item === output[place]) ? response : { ...response, output: pinned };
  }

  #pinItem(item: JsonRecord, place: number): JsonRecord {
    const begun = this.#begun.get(place);
    if (begun?.type !== undefined && begun.type !== item.type) return item;
    const { id, call_id: callId } = item;
    const firstId = this.#firstIdOf(item, begun?.id);
    const ownCallId = callTypes.has(item.type) ? this.#callIdAt(place, callId) : callId;
    if (firstId === id && ownCallId === callId) return item;
    return { ...item, ...withoutUndefined({ id: firstId, call_id: ownCallId }) };
  }

  /** OpenAI accepts a proof only with the id of its item. */
  #firstIdOf({ id, encrypted_content: proof }: JsonRecord, begun: unknown): unknown {
    return begun === undefined || typeof proof === 'string' ? id : begun;
  }

  #callIdAt(place: number, given: unknown): string {
    const known = this.#callIds.get(place);
    if (known !== undefined) return known;
    const own = readText(given);
    const isFree = own !== undefined && !this.#takenCallIds.has(own);
    const callId = isFree ? own : `call_${this.#responseId}_${place}`;
    this.#callIds.set(place, callId);
    this.#takenCallIds.add(callId);
    return callId;
  }
}
