import { v7 } from 'uuid';

/** Creates a unique id that sorts by creation time. Injected wherever tests must predict ids. */
export type CreateId = () => string;

/**
 * A UUID of version 7. Unlike Node's `randomUUIDv7`, these are monotonic: they sort within a millisecond, and if the
 * clock goes back.
 */
export const createId: CreateId = () => v7();

/** Like `createId` for another time, such as that of a generated record. @param time milliseconds since the epoch */
export function createIdAt(time: number): string {
  return v7({ msecs: time });
}
