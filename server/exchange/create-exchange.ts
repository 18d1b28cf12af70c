import type { Failure } from '../conversation/failure.ts';
import { followCancellation } from '../lib/cancellation.ts';
import type {
  AnswerSink,
  ExchangeDependencies,
  ExchangeInput,
  ExchangeReport,
  RefusedRequest,
  Requester,
} from './exchange.ts';
import { splitSink } from './fan-out.ts';
import { toRefusalRecord, toUsageRecord } from './record.ts';
import { mergeReports, type TimedReport } from './report.ts';
import type { RequestSource } from './request-source.ts';
import { withProofs } from './restore-proofs.ts';
import { ExchangeRun } from './run-exchange.ts';

export interface Exchange {
  /**
   * Serves one request and records it exactly once, however it ends.
   *
   * @param sink receives a streaming answer; without it, the whole answer is in the report. Never rejects.
   */
  serveRequest(input: ExchangeInput, sink?: AnswerSink): Promise<ExchangeReport>;
  /** Records a request that was refused before the exchange: it could not be read, or a limit was reached. */
  refuse(requester: Requester, refused: RefusedRequest, failure: Failure): void;
  /** The number of running exchanges. */
  readonly running: number;
  /** Resolves when no exchange is running and all are recorded. */
  idle(): Promise<void>;
}

export function createExchange(dependencies: ExchangeDependencies): Exchange {
  const { onRunning } = dependencies;
  let running = 0;
  let waiting: (() => void)[] = [];
  const ended = () => {
    running -= 1;
    onRunning?.(running);
    if (running > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  return {
    async serveRequest(asked, sink) {
      running += 1;
      onRunning?.(running);
      try {
        const proven = withProofs(asked, dependencies.proofs);
        const input = proven instanceof Promise ? await proven : proven;
        const report =
          input.request.choiceCount > 1
            ? await runSeveral(dependencies, input, sink)
            : await new ExchangeRun(dependencies, input, sink).serve();
        dependencies.record(toUsageRecord(input, report, dependencies.clock()));
        return report;
      } finally {
        ended();
      }
    },
    refuse(requester, refused, failure) {
      dependencies.record(toRefusalRecord(requester, refused, failure, dependencies.clock()));
    },
    get running() {
      return running;
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** The upstream gives one choice per request, so `n` choices take `n` exchanges with one combined answer. */
async function runSeveral(
  dependencies: ExchangeDependencies,
  input: ExchangeInput,
  sink: AnswerSink | undefined,
): Promise<TimedReport> {
  const count = input.request.choiceCount;
  const sinks = sink === undefined ? [] : splitSink(sink, count);
  const signal = followCancellation(input.signal);
  const parts = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const ofOne = { ...input, request: oneChoiceOf(input.request), signal };
      const part = await new ExchangeRun(dependencies, ofOne, sinks[index]).serve();
      // An answer that lacks a choice is useless, so stop paying for the others.
      if (part.outcome !== 'success') signal.abort();
      return part;
    }),
  );
  return mergeReports(parts);
}

/**
 * The same request for one choice. Its decoded form goes to the first reader; later readers decode again. The bytes stay
 * until the last choice is complete.
 */
function oneChoiceOf(source: RequestSource): RequestSource {
  const request = () => ({ ...source.read().request(), choiceCount: 1 });
  const body = { ...source.body, release: () => undefined };
  return { ...source, choiceCount: 1, read: () => ({ request }), body };
}
