import { v7 } from 'uuid';

/** A new id, unlike every other and sorting by the time it was made; injected wherever tests must foresee ids. */
export type CreateId = () => string;

/**
 * A UUID of version 7. Node's own `randomUUIDv7` does not sort within a millisecond, these do: they count up, also when
 * the clock goes back.
 */
export const createId: CreateId = () => v7();

/** The same for another time, such as that of a made-up record. @param time milliseconds since the epoch */
export function createIdAt(time: number): string {
  return v7({ msecs: time });
}
