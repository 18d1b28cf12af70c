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
  /** The credential that begins to fail half-way. */
  readonly failing?: string;
}

export interface CacheResult {
  /** Of the tokens that a perfect cache would have read, those that were read. */
  readonly share: number;
  readonly read: number;
  readonly perfect: number;
  readonly requests: number;
  readonly failures: readonly string[];
}

/** Conversations of agents, and what of their prompts came from the simulator's cache. */
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
