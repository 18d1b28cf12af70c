import { type Bench, interleave } from '../bench.ts';
import { loadCalls } from '../load/plain-calls.ts';
import { shortRequest } from '../load/requests.ts';
import { measurement, type WorkloadResult } from '../measurement.ts';
import type { Workload } from './workload.ts';

async function run(bench: Bench): Promise<WorkloadResult> {
  const body = shortRequest(false);
  const load = { folder: bench.folder, body, connections: 64, seconds: bench.quick ? 2 : 4 };
  const rounds = await interleave(bench, { chunks: 100, interval: 0, minBody: body.minAtUpstream }, (subject) =>
    loadCalls(subject, load),
  );
  return {
    measurements: [
      measurement('a.throughput', 'calls/s', rounds, (figures) => figures.callsPerSecond),
      measurement('a.processor', 'µs/call', rounds, (figures) => figures.processorPerCall),
      measurement('a.busy', 'of the core', rounds, (figures) => figures.busy),
    ],
    notes: [],
  };
}

export const plainCalls: Workload = { letter: 'a', title: 'plain call, 1 KB, 64 connections', quick: true, run };
