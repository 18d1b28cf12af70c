import type { Simulator } from '../../../simulator/start-simulator.ts';
import { type AgentName, runAgents } from '../../support/agents.ts';

export interface CacheDrill {
  readonly simulator: Simulator;
  readonly origin: string;
  readonly key: string;
  readonly model: string;
  readonly agent: AgentName;
  readonly conversations: number;
  readonly turns: number;
  /** The credential that starts to fail half-way. */
  readonly failing?: string;
}

export interface CacheResult {
  /** Tokens read, as a share of what a perfect cache would have read. */
  readonly share: number;
  readonly read: number;
  readonly perfect: number;
  readonly requests: number;
  readonly failures: readonly string[];
}

/** Runs agent conversations and reports the share of their prompts served from the simulator's cache. */
export async function runCacheDrill(drill: CacheDrill): Promise<CacheResult> {
  const { simulator, failing, ...options } = drill;
  const { control } = simulator;
  control.reset();
  control.setDefault({ strict: 'vendor', 'tool-calls': 'always', 'tool-call-count': 2 });
  let hasFailed = false;
  const failures = await runAgents({
    ...options,
    onTurn(turn) {
      if (failing === undefined || hasFailed || turn < options.turns / 2) return;
      hasFailed = true;
      control.setCredential(failing, { status: 503 });
    },
  });
  const { share, read, perfect, requests } = control.cacheReport();
  return { share, read, perfect, requests, failures };
}
