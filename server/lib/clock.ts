/** The current time in milliseconds since the epoch. Injected wherever time matters, so that tests control it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
