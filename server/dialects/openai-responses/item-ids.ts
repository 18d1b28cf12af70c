import { isRecord, type JsonRecord, readArray, readCount, readText } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { isWithinItem } from './complete-event.ts';

/*
 * Some servers between OpenAI and the gateway give an item another id in every event, leave out ids and places, or give
 * calls the same id. Clients find an item by its place and by the id that it began with, and send the result of a call
 * back with the call's id.
 */

const callTypes: ReadonlySet<unknown> = new Set(['function_call', 'custom_tool_call']);
const prefixes: ReadonlyMap<unknown, string> = new Map([
  ['message', 'msg'],
  ['reasoning', 'rs'],
  ['function_call', 'fc'],
  ['custom_tool_call', 'ctc'],
]);

interface BegunItem {
  readonly id: unknown;
  /** Undefined if the item began with an event that does not have it. */
  readonly type: unknown;
}

/** The places and ids of the items of an answer. */
export class ItemIds {
  readonly #responseId: string;
  readonly #begun = new Map<number, BegunItem>();
  readonly #callIds = new Map<number, string>();
  readonly #takenCallIds = new Set<string>();
  /** The place of the last event. */
  #last = -1;

  /** @param responseId the gateway's own, unique id of the answer */
  constructor(responseId: string) {
    this.#responseId = responseId;
  }

  /** @returns the event with its place if it lacks one: that of the item with its id, or of the last event */
  placeEvent(event: JsonRecord): JsonRecord {
    if (!isWithinItem(event)) return event;
    const given = readCount(event.output_index);
    const place = given ?? this.#placeOf(event);
    this.#last = place;
    return given === undefined ? { ...event, output_index: place } : event;
  }

  #placeOf({ type, item, item_id }: JsonRecord): number {
    if (type === 'response.output_item.added') return this.#last + 1;
    const id = isRecord(item) ? item.id : item_id;
    for (const [place, begun] of this.#begun) if (id !== undefined && begun.id === id) return place;
    return Math.max(this.#last, 0);
  }

  /** @returns the event with the first id of its item, and an id of its own for a call */
  pinEvent(event: JsonRecord): JsonRecord {
    const place = readCount(event.output_index);
    const { item, item_id: given } = event;
    if (place === undefined) return event;
    const begun = this.#begun.get(place);
    if (isRecord(item)) {
      if (begun === undefined || event.type === 'response.output_item.added') this.#begin(place, item.id, item.type);
      const pinned = this.#pinItem(item, place);
      return pinned === item ? event : { ...event, item: pinned };
    }
    if (!isWithinItem(event)) return event;
    const { id } = begun ?? this.#begin(place, given, undefined);
    return id === given ? event : { ...event, item_id: id };
  }

  #begin(place: number, given: unknown, type: unknown): BegunItem {
    const id = readText(given) ?? `${prefixes.get(type ?? 'message') ?? 'item'}_${this.#responseId}_${place}`;
    const begun = { id, type };
    this.#begun.set(place, begun);
    return begun;
  }

  /** @returns the response with these ids in its output */
  pinOutput(response: JsonRecord): JsonRecord {
    const output = readArray(response.output);
    const pinned = output.map((item, place) => {
      if (!isRecord(item)) return item;
      if (!this.#begun.has(place)) this.#begin(place, item.id, item.type);
      return this.#pinItem(item, place);
    });
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
    return begun === undefined || (typeof proof === 'string' && readText(id) !== undefined) ? id : begun;
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
