import { systemClock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import type { Pool, PoolOptions } from './pool-contract.ts';
import { PoolService } from './pool-service.ts';
import { systemTimers } from './timers.ts';

export type { Endpoint } from './core/endpoint.ts';
export { TriedEndpoints } from './core/tried-endpoints.ts';
export { PoolExhausted } from './exhausted.ts';
export type { Lease, Outcome } from './lease.ts';
export type { Pool } from './pool-contract.ts';

/** Creates a pool and loads the credentials with their stored state. */
export async function createPool(options: PoolOptions): Promise<Pool> {
  const pool = new PoolService({
    clock: systemClock,
    random: Math.random,
    timers: systemTimers,
    createId,
    onChange: () => undefined,
    warn: () => undefined,
    onError: () => undefined,
    background: true,
    shared: undefined,
    ...options,
  });
  await pool.load();
  return pool;
}
