import { type Bench, interleave } from '../bench.ts';
import { loadGoodStreams } from '../load/streams.ts';
import { measurement, type WorkloadResult } from '../measurement.ts';
import type { Workload } from './workload.ts';

const chunks = 100;

async function run(bench: Bench): Promise<WorkloadResult> {
  const { folder, loadProgram: program } = bench;
  const load = { kind: 'burst', folder, program, connections: 64, chunks, amount: bench.quick ? 2 : 4 } as const;
  const rounds = await interleave(bench, { chunks, interval: 0, minBody: 0 }, (subject) =>
    loadGoodStreams(subject, load),
  );
  return {
    measurements: [
      measurement('d.throughput', 'streams/s', rounds, (figures) => figures.streamsPerSecond),
      measurement('d.processor', 'µs/stream', rounds, (figures) => figures.processorPerStream),
      measurement('d.busy', 'of the core', rounds, (figures) => figures.busy),
    ],
    notes: [],
  };
}

export const burstStreams: Workload = {
  letter: 'd',
  title: `streams of ${chunks} chunks back to back, 64 at once`,
  quick: true,
  run,
};
