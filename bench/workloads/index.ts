import { addedLatency } from './added-latency.ts';
import { burstStreams } from './burst-streams.ts';
import { consoleLoad } from './console-load.ts';
import { endurance } from './endurance.ts';
import { footprint } from './footprint.ts';
import { heldStreams } from './held-streams.ts';
import { largeBodies } from './large-bodies.ts';
import { plainCalls } from './plain-calls.ts';
import type { Workload } from './workload.ts';

export const workloads: readonly Workload[] = [
  plainCalls,
  addedLatency,
  largeBodies,
  burstStreams,
  heldStreams,
  endurance,
  footprint,
  consoleLoad,
];
