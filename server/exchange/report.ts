import type { ModelEntry } from '../catalogue/catalogue.ts';
import { Failure } from '../conversation/failure.ts';
import type { TranslationNote } from '../conversation/translation.ts';
import { addUsage, noUsage, type Usage } from '../conversation/usage.ts';
import { priceCacheSavings, priceUsage } from '../ledger/price.ts';
import type { TokenEstimator } from '../ledger/token-estimator.ts';
import type { AttemptRecord, GivenUpUsage } from '../ledger/usage-record.ts';
import type { ExchangeInput, ExchangeReport } from './exchange.ts';
import { mergeAnswers } from './fan-out.ts';
import type { ReceivedAnswer } from './received-answer.ts';

/** The state of an exchange with one choice. */
export interface ExchangeState {
  readonly attempts: AttemptRecord[];
  readonly notes: TranslationNote[];
  /** The model of the latest attempt; before the first one, the model that was asked for. */
  model: ModelEntry | undefined;
  /** The answer of the latest attempt; undefined before the first one. */
  received: ReceivedAnswer | undefined;
}

export type Ending =
  | { readonly type: 'success' }
  | { readonly type: 'aborted' }
  | { readonly type: 'failure'; readonly failure: Failure };

/** A report with additional figures for the record. */
export interface TimedReport extends ExchangeReport {
  readonly firstContentAt: number | null;
  /** US dollars at list price; null when the model has none. */
  readonly cacheSaved: number | null;
  readonly text: string;
}

/** Estimates what an answer that broke off cost. */
type UsageEstimator = Pick<TokenEstimator, 'countInput' | 'countOutput' | 'guessFactor'>;

/** The report of an exchange with one choice. */
export function toReport(
  state: ExchangeState,
  ending: Ending,
  input: ExchangeInput,
  estimator: UsageEstimator,
): TimedReport {
  const usage = usageOf(state, input, estimator);
  const { model, received } = state;
  return {
    outcome: ending.type,
    failure: ending.type === 'failure' ? ending.failure : undefined,
    committed: received?.committed === true,
    answer: ending.type === 'success' ? received?.answer.whole() : undefined,
    usage,
    upstreamModel: received?.answer.upstreamModel,
    notes: state.notes,
    attempts: state.attempts,
    cost: priceFor(model, usage),
    cacheSaved: model?.prices == null ? null : priceCacheSavings(usage, model.prices),
    firstContentAt: received?.firstContentAt ?? null,
    text: input.loggedRequest === null ? '' : (received?.answer.text() ?? ''),
  };
}

/** The usage of the latest attempt when it is abandoned for another one; undefined when there is none. */
export function givenUpUsage(
  state: ExchangeState,
  input: ExchangeInput,
  estimator: UsageEstimator,
): GivenUpUsage | undefined {
  const usage = usageOf(state, input, estimator);
  const { inputTokens, outputTokens } = usage;
  if (inputTokens + outputTokens === 0) return undefined;
  return { inputTokens, outputTokens, cost: priceFor(state.model, usage) };
}

function priceFor(model: ModelEntry | undefined, usage: Usage): number | null {
  return model?.prices == null ? null : priceUsage(usage, model.prices);
}

function usageOf(state: ExchangeState, input: ExchangeInput, estimator: UsageEstimator): Usage {
  const { model, received } = state;
  return received?.answer.usage ?? (received === undefined ? noUsage : usageSoFar(received, model, input, estimator));
}

/** The usage of an answer that broke off before reporting it: the start usage plus an estimate of the text so far. */
function usageSoFar(
  { answer, firstContentAt }: ReceivedAnswer,
  model: ModelEntry | undefined,
  input: ExchangeInput,
  estimator: UsageEstimator,
): Usage {
  const { usageAtStart } = answer;
  if (firstContentAt === null) return usageAtStart ?? noUsage;
  const outputTokens = answer.estimateTokens((text) => estimator.countOutput(model?.id ?? '', text));
  if (usageAtStart !== undefined) {
    return { ...usageAtStart, outputTokens: Math.max(usageAtStart.outputTokens, outputTokens), estimated: true };
  }
  return { ...noUsage, inputTokens: estimateInput(model?.id ?? '', input, estimator), outputTokens, estimated: true };
}

/** Estimates the tokens of a request. @param model its id in the catalogue */
export function estimateInput(
  model: string,
  { request, guessInputTokens }: Pick<ExchangeInput, 'request' | 'guessInputTokens'>,
  estimator: Pick<TokenEstimator, 'countInput' | 'guessFactor'>,
): number {
  const { body } = request;
  return body.isLarge || body.isReleased()
    ? Math.ceil(guessInputTokens() * estimator.guessFactor(model))
    : estimator.countInput(model, request.read().request());
}

/** Merges the reports of several exchanges with one choice each. */
export function mergeReports(parts: readonly TimedReport[]): TimedReport {
  const failed = parts.find((part) => part.outcome === 'failure');
  const aborted = parts.find((part) => part.outcome === 'aborted');
  const decisive = failed ?? aborted;
  const answers = parts.flatMap((part) => part.answer ?? []);
  const times = parts.flatMap((part) => part.firstContentAt ?? []);
  const costs = parts.flatMap((part) => part.cost ?? []);
  const savings = parts.flatMap((part) => part.cacheSaved ?? []);
  return {
    outcome: decisive?.outcome ?? 'success',
    failure: decisive === failed ? failed?.failure : undefined,
    committed: parts.some((part) => part.committed),
    answer: answers.length === parts.length ? mergeAnswers(answers) : undefined,
    usage: parts.map((part) => part.usage).reduce(addUsage, noUsage),
    upstreamModel: parts.find((part) => part.upstreamModel !== undefined)?.upstreamModel,
    notes: mergeNotes(parts),
    attempts: parts.flatMap((part) => part.attempts),
    cost: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
    cacheSaved: savings.length === 0 ? null : savings.reduce((sum, saved) => sum + saved, 0),
    firstContentAt: times.length === 0 ? null : Math.min(...times),
    text: parts.map((part) => part.text).join('\n'),
  };
}

function mergeNotes(parts: readonly TimedReport[]): TranslationNote[] {
  const distinct = new Map(parts.flatMap((part) => part.notes).map((note) => [JSON.stringify(note), note]));
  return [...distinct.values()];
}

/** The failure for the client when there is no answer. */
export function failureOf(report: ExchangeReport): Failure {
  return report.failure ?? new Failure('internal', 'The exchange ended without an answer.', { reason: 'client-gone' });
}
