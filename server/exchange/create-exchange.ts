import { estimateUsage } from '../conversation/estimate-usage.ts';
import { Failure } from '../conversation/failure.ts';
import type { Warning } from '../conversation/request.ts';
import { addUsage, type Usage } from '../conversation/usage.ts';
import { priceUsage } from '../ledger/price.ts';
import { followCancellation } from '../lib/cancellation.ts';
import type {
  AnswerSink,
  Asker,
  ExchangeDependencies,
  ExchangeInput,
  ExchangeReport,
  RefusedRequest,
} from './exchange.ts';
import { mergeResults, splitSink } from './fan-out.ts';
import { toRefusalRecord, toUsageRecord } from './record.ts';
import type { RequestSource } from './request-source.ts';
import { type Ending, ExchangeRun } from './run-exchange.ts';

export interface Exchange {
  /**
   * Serves one request and accounts for it exactly once, however it ends.
   *
   * @param sink where a streaming answer goes; absent, the whole answer is in the report. Never rejects.
   */
  run(input: ExchangeInput, sink?: AnswerSink): Promise<ExchangeReport>;
  /** Accounts for a request that never became an exchange: it could not be read, or a limit forbade it. */
  refuse(asker: Asker, refused: RefusedRequest, failure: Failure): void;
  /** How many are running now. */
  readonly running: number;
  /** Resolves once none is running, so that all of them are recorded. */
  idle(): Promise<void>;
}

const noUsage: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

export function createExchange(dependencies: ExchangeDependencies): Exchange {
  let running = 0;
  let waiting: (() => void)[] = [];
  const ended = () => {
    running -= 1;
    if (running > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  return {
    async run(input, sink) {
      running += 1;
      try {
        const report =
          input.request.choiceCount > 1
            ? await runSeveral(dependencies, input, sink)
            : await runOne(dependencies, input, sink);
        dependencies.record(toUsageRecord(input, report, dependencies.clock()));
        return report;
      } finally {
        ended();
      }
    },
    refuse(asker, refused, failure) {
      dependencies.record(toRefusalRecord(asker, refused, failure, dependencies.clock()));
    },
    get running() {
      return running;
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** A report with what only the record needs. */
export interface TimedReport extends ExchangeReport {
  readonly firstContentAt: number | null;
  readonly text: string;
}

async function runOne(
  dependencies: ExchangeDependencies,
  input: ExchangeInput,
  sink: AnswerSink | undefined,
): Promise<TimedReport> {
  const run = new ExchangeRun(dependencies, input, sink);
  const ending = await run.run();
  return toReport(run, ending, input);
}

/** The wire asks for one answer at a time, so `n` of them are as many exchanges that answer as one. */
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
      const part = await runOne(dependencies, { ...input, request: oneChoiceOf(input.request), signal }, sinks[index]);
      // An answer that lacks a choice is no answer: the others would be paid for in vain.
      if (part.outcome !== 'success') signal.abort();
      return part;
    }),
  );
  return mergeReports(parts);
}

function toReport(run: ExchangeRun, ending: Ending, input: ExchangeInput): TimedReport {
  const { state } = run;
  const usage = state.answer.usage ?? estimated(state.firstContentAt !== null, input, () => state.answer.text());
  return {
    outcome: ending.type,
    failure: ending.type === 'failure' ? ending.failure : undefined,
    committed: state.committed,
    result: ending.type === 'success' ? state.answer.result() : undefined,
    usage,
    upstreamModel: state.answer.upstreamModel,
    warnings: state.warnings,
    attempts: state.attempts,
    cost: state.model?.prices == null ? null : priceUsage(usage, state.model.prices),
    firstContentAt: state.firstContentAt,
    text: input.loggedRequest === null ? '' : state.answer.text(),
  };
}

function estimated(hasContent: boolean, input: ExchangeInput, text: () => string): Usage {
  return hasContent ? estimateUsage(input.request.read().request(), text()) : noUsage;
}

/** The same request for one answer. What it is decoded to is taken by the first that reads it. */
function oneChoiceOf(source: RequestSource): RequestSource {
  const request = () => ({ ...source.read().request(), choiceCount: 1 });
  return { ...source, choiceCount: 1, read: () => ({ request }) };
}

function mergeReports(parts: readonly TimedReport[]): TimedReport {
  const failed = parts.find((part) => part.outcome === 'failure');
  const aborted = parts.find((part) => part.outcome === 'aborted');
  const decisive = failed ?? aborted;
  const results = parts.flatMap((part) => part.result ?? []);
  const times = parts.flatMap((part) => part.firstContentAt ?? []);
  const costs = parts.flatMap((part) => part.cost ?? []);
  return {
    outcome: decisive?.outcome ?? 'success',
    failure: decisive === failed ? failed?.failure : undefined,
    committed: parts.some((part) => part.committed),
    result: results.length === parts.length ? mergeResults(results) : undefined,
    usage: parts.map((part) => part.usage).reduce(addUsage, noUsage),
    upstreamModel: parts.find((part) => part.upstreamModel !== undefined)?.upstreamModel,
    warnings: mergeWarnings(parts),
    attempts: parts.flatMap((part) => part.attempts),
    cost: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
    firstContentAt: times.length === 0 ? null : Math.min(...times),
    text: parts.map((part) => part.text).join('\n'),
  };
}

function mergeWarnings(parts: readonly TimedReport[]): Warning[] {
  const distinct = new Map(parts.flatMap((part) => part.warnings).map((warning) => [JSON.stringify(warning), warning]));
  return [...distinct.values()];
}

/** What a client is told when its answer could not be made, though nobody said why. */
export function failureOf(report: ExchangeReport): Failure {
  return report.failure ?? new Failure('internal', 'The exchange ended without an answer.', { reason: 'client-gone' });
}
