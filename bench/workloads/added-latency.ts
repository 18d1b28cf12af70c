import { type Bench, interleave } from '../bench.ts';
import { type CallFigures, loadCalls } from '../load/plain-calls.ts';
import { shortRequest } from '../load/requests.ts';
import { measurement, type WorkloadResult } from '../measurement.ts';
import type { Workload } from './workload.ts';

interface AddedLatency {
  readonly p50: number;
  readonly p99: number;
}

async function run(bench: Bench): Promise<WorkloadResult> {
  const body = shortRequest(false);
  const load = { folder: bench.folder, body, connections: 1, seconds: bench.quick ? 1 : 2 };
  const direct: CallFigures[] = [];
  const rounds = await interleave<AddedLatency>(
    bench,
    { chunks: 100, interval: 0, minBody: body.minAtUpstream },
    async (subject) => {
      const without = await loadCalls(bench.upstream, { ...load, seconds: 1 });
      const through = await loadCalls(subject, load);
      direct.push(without);
      return { p50: through.p50 - without.p50, p99: through.p99 - without.p99 };
    },
  );
  const directP50 = direct.map((figures) => figures.p50).join(', ');
  return {
    measurements: [
      measurement('b.added-p50', 'µs', rounds, (added) => added.p50),
      measurement('b.added-p99', 'µs', rounds, (added) => added.p99),
    ],
    notes: [`b: straight to the upstream the p50 was, in µs: ${directP50}`],
  };
}

export const addedLatency: Workload = { letter: 'b', title: 'plain call, 1 KB, 1 connection', quick: true, run };
