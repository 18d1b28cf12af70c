import { type Bench, interleave } from '../bench.ts';
import { loadCalls } from '../load/plain-calls.ts';
import { agentRequest } from '../load/requests.ts';
import { type Measurement, measurement, type WorkloadResult } from '../measurement.ts';
import type { Workload } from './workload.ts';

async function measureSize(bench: Bench, kilobytes: number, connections: number): Promise<Measurement[]> {
  const body = agentRequest(kilobytes);
  const load = { folder: bench.folder, body, connections, seconds: bench.quick ? 2 : 4 };
  const rounds = await interleave(bench, { chunks: 100, interval: 0, minBody: body.minAtUpstream }, (subject) =>
    loadCalls(subject, load),
  );
  return [
    measurement(`c.throughput-${kilobytes}k`, 'calls/s', rounds, (figures) => figures.callsPerSecond),
    measurement(`c.processor-${kilobytes}k`, 'µs/call', rounds, (figures) => figures.processorPerCall),
    measurement(`c.busy-${kilobytes}k`, 'of the core', rounds, (figures) => figures.busy),
  ];
}

async function run(bench: Bench): Promise<WorkloadResult> {
  const measurements = await measureSize(bench, 256, 16);
  if (!bench.quick) measurements.push(...(await measureSize(bench, 2048, 8)));
  return { measurements, notes: [] };
}

export const largeBodies: Workload = { letter: 'c', title: 'plain call, 256 KB and 2 MB', quick: true, run };
