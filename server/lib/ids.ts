import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from './clock.ts';

/** A new id, unlike every other and sorting by the time it was made; injected wherever tests must foresee ids. */
export type CreateId = () => string;

const lastSequence = 0xfff;

/**
 * UUIDs of version 7 whose 12 bits after the time count up, so that ids made within one millisecond sort too (RFC 9562,
 * section 6.2, method 1). When the clock goes back, or the counter overflows, the last time goes on counting.
 */
export function createIdGenerator(clock: Clock = systemClock): CreateId {
  let lastTime = Number.NEGATIVE_INFINITY;
  let prefix = '';
  let sequence = 0;
  const advance = (time: number) => {
    lastTime = time;
    const hex = time.toString(16).padStart(12, '0');
    prefix = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
  };
  return () => {
    const random = randomUUID();
    const time = clock();
    if (time > lastTime) {
      advance(time);
      // From its lower half, which leaves room to count.
      sequence = Number.parseInt(random.slice(15, 18), 16) >> 1;
    } else if (sequence < lastSequence) {
      sequence += 1;
    } else {
      advance(lastTime + 1);
      sequence = 0;
    }
    return prefix + sequence.toString(16).padStart(3, '0') + random.slice(18);
  };
}

export const createId: CreateId = createIdGenerator();
