import { createLocalState } from './local/local-state.ts';
import type { SharedState } from './shared-state.ts';

export interface SharedStateOptions {
  /** The URL of Redis or Valkey; undefined for a single process. */
  readonly url: string | undefined;
  /** The same for all replicas of one gateway, and different for other gateways. */
  readonly namespace: string;
  /** Called once each time the server becomes unreachable, or is unreachable at the start; `onFound` after that. */
  readonly onLost: (error: unknown) => void;
  readonly onFound: () => void;
}

/** @throws RedisUrlUnusable */
export async function openSharedState(options: SharedStateOptions): Promise<SharedState> {
  const { url, ...others } = options;
  if (url === undefined) return createLocalState();
  // Loaded on demand, because most gateways do not use Redis.
  const { openRedisState } = await import('./redis/redis-state.ts');
  return openRedisState({ url, ...others });
}
