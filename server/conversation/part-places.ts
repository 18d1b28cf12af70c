import type { Part } from './message.ts';

/*
 * Where the parts of a conversation are in the client's request. Encoders count messages and parts, but a client may
 * have sent items or contents, and in another order.
 */

const places = new WeakMap<Part, string>();

/** Remembers the place of a part, as the client's dialect names it: `input[2].content[0]`. @returns the same part */
export function placePart<Placed extends Part>(part: Placed, place: string): Placed {
  places.set(part, place);
  return part;
}

/** @param otherwise the place to name if it is not known */
export function placeOf(part: Part, otherwise: string): string {
  return places.get(part) ?? otherwise;
}
