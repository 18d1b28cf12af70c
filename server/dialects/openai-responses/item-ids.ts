import { isRecord, type JsonRecord, readArray, readCount, readRecord } from '../../lib/json.ts';

/*
 * Some servers between OpenAI and the gateway give an item another id in every event. Clients find an item by the id that
 * it began with.
 */

/** The ids with which the items of a stream began, by their places in the output. */
export class ItemIds {
  readonly #begun = new Map<number, { readonly id: unknown; readonly type: unknown }>();

  /** @returns the event with the first id of its item */
  pinEvent(event: JsonRecord): JsonRecord {
    const place = readCount(event.output_index);
    const { item, item_id: given } = event;
    if (place === undefined) return event;
    const begun = this.#begun.get(place);
    if (isRecord(item)) {
      if (begun === undefined || event.type === 'response.output_item.added') {
        this.#begun.set(place, { id: item.id, type: item.type });
        return event;
      }
      const pinned = this.#pinItem(item, place);
      return pinned === item ? event : { ...event, item: pinned };
    }
    if (given === undefined) return event;
    if (begun === undefined) this.#begun.set(place, { id: given, type: undefined });
    return begun === undefined || begun.id === given ? event : { ...event, item_id: begun.id };
  }

  /** @param event the last one @returns the event with the first ids in its output */
  pinOutput(event: JsonRecord): JsonRecord {
    const response = readRecord(event.response);
    const output = readArray(response.output);
    const pinned = output.map((item, place) => (isRecord(item) ? this.#pinItem(item, place) : item));
    const isSame = pinned.every((item, place) => item === output[place]);
    return isSame ? event : { ...event, response: { ...response, output: pinned } };
  }

  #pinItem(item: JsonRecord, place: number): JsonRecord {
    const begun = this.#begun.get(place);
    if (begun === undefined || begun.id === item.id) return item;
    if (begun.type !== undefined && begun.type !== item.type) return item;
    // OpenAI accepts a proof only with the id of its item.
    return typeof item.encrypted_content === 'string' ? item : { ...item, id: begun.id };
  }
}
