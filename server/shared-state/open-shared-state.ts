import { createLocalState } from './local/local-state.ts';
import type { SharedState } from './shared-state.ts';

export interface SharedStateOptions {
  /** Redis' or Valkey's; absent: this process counts alone. */
  readonly url: string | undefined;
  /** What all replicas of one gateway call themselves, and no other gateway. */
  readonly namespace: string;
  /** Told once each time the server goes away, and once each time it is there. */
  readonly onLost: (error: unknown) => void;
  readonly onFound: () => void;
}

/** @throws RedisUrlUnusable */
export async function openSharedState(options: SharedStateOptions): Promise<SharedState> {
  const { url, ...others } = options;
  if (url === undefined) return createLocalState();
  // Most gateways have no Redis, and none of the library that talks to one.
  const { openRedisState } = await import('./redis/redis-state.ts');
  return openRedisState({ url, ...others });
}
