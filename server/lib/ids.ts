import { randomUUIDv7 } from 'node:crypto';

/** A new id, unlike every other and sorting by the time it was made; injected wherever tests must foresee ids. */
export type CreateId = () => string;

export const createId: CreateId = () => randomUUIDv7();
