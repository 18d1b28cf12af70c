import type { ModelEntry } from '../catalogue/catalogue.ts';
import { type AnswerTransformMaker, joinTransforms } from '../conversation/answer-transform.ts';
import { createContentExpecter } from '../conversation/expect-content.ts';
import { Failure, toFailure } from '../conversation/failure.ts';
import { createCallRepairer } from '../conversation/repair-calls.ts';
import { showForeignBlocks } from '../conversation/show-foreign-blocks.ts';
import type { TranslationNote } from '../conversation/translation.ts';
import type { Usage } from '../conversation/usage.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import { type Endpoint, type Lease, type Outcome, TriedEndpoints } from '../pool/pool.ts';
import { type AttemptResult, runAttempt } from './attempt.ts';
import { type RunningAttempt, toAttemptRecord } from './attempt-record.ts';
import { EndpointPlan, type PlannedRequest } from './endpoint-plan.ts';
import type { AnswerSink, ExchangeDependencies, ExchangeInput, OpeningReport } from './exchange.ts';
import { ReceivedAnswer } from './received-answer.ts';
import { type Ending, type ExchangeState, givenUpUsage, type TimedReport, toReport } from './report.ts';

/** The attempts with one model. */
interface ModelAttempts {
  readonly model: ModelEntry;
  readonly plan: EndpointPlan;
  readonly tried: TriedEndpoints;
  /** The failure to report when nothing is left to try. */
  last: Failure | undefined;
}

/** Runs one exchange: models, endpoints, credentials, attempts. Fails over only until the sink is opened. */
export class ExchangeRun {
  readonly #state: ExchangeState;
  readonly #dependencies: ExchangeDependencies;
  readonly #input: ExchangeInput;
  readonly #sink: AnswerSink | undefined;
  readonly #deadline: number;
  /** Attempts in which the model ended without an answer. */
  #unanswered = 0;
  readonly #showForeign: AnswerTransformMaker | undefined;
  /** The plan for the model that is being tried. */
  #plan: EndpointPlan | undefined;
  /** Whether the estimator gets the request itself; undefined until the estimator has been asked. */
  #isSample: boolean | undefined;

  /** @param sink receives a streaming answer; without it, the answer is collected */
  constructor(dependencies: ExchangeDependencies, input: ExchangeInput, sink: AnswerSink | undefined) {
    this.#dependencies = dependencies;
    this.#input = input;
    this.#sink = sink;
    this.#showForeign = input.lossOf && showForeignBlocks(input.lossOf);
    this.#deadline = input.startedAt + dependencies.settings().timeouts.total;
    this.#state = {
      attempts: [],
      notes: [...input.notes],
      model: undefined,
      received: undefined,
    };
  }

  /** Never throws. */
  async serve(): Promise<TimedReport> {
    let ending: Ending;
    try {
      const asked = this.#dependencies.catalogue.findModel(this.#input.request.model);
      ending = await this.#tryModel(asked);
      for (const id of asked.fallbacks) {
        if (!this.#mayFallBack(ending)) break;
        if (!this.#input.mayUse(id)) continue;
        const reason = `${asked.id} is not available now, so ${id} was tried`;
        this.#note({ member: 'model', action: 'changed', reason });
        ending = await this.#tryModel(this.#dependencies.catalogue.findModel(id));
      }
    } catch (error) {
      ending = this.#input.signal.aborted ? { type: 'aborted' } : { type: 'failure', failure: toFailure(error) };
    }
    this.#noteAll(this.#state.received?.notes ?? []);
    const explained = explainAbort(ending, this.#input.signal);
    const report = toReport(this.#state, explained, this.#input, this.#dependencies.estimator);
    this.#learn(report);
    return report;
  }

  /** Teaches the estimator from the upstream's count of input tokens. */
  #learn({ outcome, usage }: TimedReport): void {
    const { estimator } = this.#dependencies;
    const { model } = this.#state;
    if (model === undefined || outcome !== 'success' || usage.estimated) return;
    const { request, guessInputTokens } = this.#input;
    const { isLarge } = request.body;
    const isReleased = request.body.isReleased();
    const isSample = this.#chooseSample(model);
    estimator.learn(model.id, usage.inputTokens, {
      ...(isSample && { request: request.read().request() }),
      ...((isSample || (isReleased && !isLarge)) && { guess: guessInputTokens() }),
    });
  }

  /** Chooses once whether the estimator learns from the request itself. Measuring a large one would take too long. */
  #chooseSample({ id }: ModelEntry): boolean {
    this.#isSample ??= !this.#input.request.body.isLarge && this.#dependencies.estimator.wantsRequest(id);
    return this.#isSample;
  }

  /** Frees everything that only another attempt would need. */
  #releaseRequest(model: ModelEntry, sent: Uint8Array[]): void {
    sent.length = 0;
    this.#plan?.release();
    if (!this.#chooseSample(model)) this.#input.request.body.release();
  }

  /** A fallback model is used when the model is unavailable, not when the request is invalid. */
  #mayFallBack(ending: Ending): boolean {
    if (ending.type !== 'failure' || this.#committed) return false;
    const { fault, reason } = ending.failure;
    return fault !== 'request' && reason !== 'no-credential' && this.#timeLeft() > 0;
  }

  async #tryModel(model: ModelEntry): Promise<Ending> {
    const plan = new EndpointPlan(model, this.#input, this.#dependencies);
    this.#plan = plan;
    const tries: ModelAttempts = { model, plan, tried: new TriedEndpoints(), last: undefined };
    this.#state.model ??= model;
    while (plan.endpoints.length > 0 && this.#timeLeft() > 0) {
      const taken = this.#leaseNext(tries);
      const lease = taken instanceof Promise ? await taken : taken;
      if (lease instanceof Failure) {
        // The failure of an attempt is more useful than the pool's refusal.
        return this.#input.signal.aborted ? { type: 'aborted' } : { type: 'failure', failure: tries.last ?? lease };
      }
      const ending = await this.#attemptBy(lease, tries);
      if (ending !== undefined) return ending;
    }
    return { type: 'failure', failure: tries.last ?? new Failure('timeout', 'No attempt could be made in time.') };
  }

  /** @returns undefined when another attempt may succeed */
  async #attemptBy(lease: Lease, tries: ModelAttempts): Promise<Ending | undefined> {
    const { model, plan, tried } = tries;
    const planned = plan.encode(lease.endpoint);
    if (planned instanceof Failure) {
      // This route cannot carry the request, but another one may.
      lease.release({ type: 'aborted' });
      tries.last ??= planned;
      return undefined;
    }
    const attempt = { model, lease, startedAt: this.#dependencies.clock() };
    const result = await this.#sendBy(lease, planned, attempt);
    lease.release(outcomeOf(result, this.#state.received?.answer.usage));
    this.#state.attempts.push(toAttemptRecord(attempt, result, this.#dependencies.clock()));
    if (result.type !== 'failure' || this.#committed) return result;
    if (plan.dropRefused(lease.endpoint, result.failure)) return undefined;
    // A model that ended without an answer may answer on a retry, even on the same endpoint.
    if (result.failure.fault === 'model') this.#unanswered += 1;
    else tried.add(lease.credential.id, lease.endpoint);
    if (this.#unanswered > maxUnanswered || !isWorthAnotherAttempt(result.failure)) return result;
    // Routes of last resort often refuse, so prefer the failure of the model's own routes.
    if (tries.last === undefined || planned.route.lastResort !== true) tries.last = result.failure;
    return undefined;
  }

  /** An error of our own must not keep the credential leased. */
  async #sendBy(lease: Lease, planned: PlannedRequest, attempt: RunningAttempt): Promise<AttemptResult> {
    try {
      return await this.#send(planned, attempt);
    } catch (error) {
      lease.release({ type: 'aborted' });
      throw error;
    }
  }

  /** Records the tokens of the last attempt, which is abandoned for another one. */
  #noteGivenUp(): void {
    const { attempts } = this.#state;
    const last = attempts.at(-1);
    if (last === undefined) return;
    const givenUp = givenUpUsage(this.#state, this.#input, this.#dependencies.estimator);
    if (givenUp !== undefined) attempts[attempts.length - 1] = { ...last, givenUp };
  }

  /** The next lease, or the failure if there is none. */
  #leaseNext({ plan, tried }: ModelAttempts): Lease | Failure | Promise<Lease | Failure> {
    try {
      const leased = this.#lease(plan.endpoints, tried);
      return leased instanceof Promise ? leased.catch(toFailure) : leased;
    } catch (error) {
      return toFailure(error);
    }
  }

  #lease(endpoints: readonly Endpoint[], exclude: TriedEndpoints): Lease | Promise<Lease> {
    const { request, signal } = this.#input;
    return this.#dependencies.pool.lease({
      endpoints,
      ...withoutUndefined({ affinityKey: request.affinityKey }),
      opening: request.opening,
      exclude,
      signal,
      deadline: this.#deadline,
    });
  }

  #send({ route, encoded, frames, toolNames }: PlannedRequest, attempt: RunningAttempt): Promise<AttemptResult> {
    const { model, lease } = attempt;
    const body = [...this.#input.request.body.complete(encoded.body)];
    const { clock, proofs } = this.#dependencies;
    const received = new ReceivedAnswer({
      clock,
      proofs,
      input: this.#input,
      lease,
      requestNotes: encoded.notes,
      sink: this.#sink,
      openingReport: (relayed) => this.#openingReport(attempt, received, relayed),
      onCommitted: () => this.#releaseRequest(model, body),
    });
    this.#noteGivenUp();
    this.#state.model = model;
    this.#state.received = received;
    return runAttempt({
      client: this.#dependencies.client,
      request: {
        path: encoded.path,
        body,
        account: lease.credential,
        encodedToken: route.encodedToken === true,
        wholeAnswer: this.#sink === undefined,
        model: model.id,
        upstreamModel: lease.endpoint.upstreamModel,
      },
      route,
      frames,
      transform: joinTransforms(
        this.#unanswered < maxUnanswered && route.mayStopEmpty?.(lease.endpoint.upstreamModel) === true
          ? () => createContentExpecter(this.#sink !== undefined)
          : undefined,
        frames === undefined ? () => createCallRepairer((name) => toolNames.has(name)) : undefined,
        encoded.createAnswerTransform,
        this.#showForeign,
      )?.(),
      signal: this.#input.signal,
      timeLeft: this.#timeLeft(),
      listener: received,
    });
  }

  #openingReport(attempt: RunningAttempt, { answer, notes }: ReceivedAnswer, relayed: boolean): OpeningReport {
    this.#noteAll(notes);
    return {
      upstreamModel: answer.upstreamModel,
      notes: this.#state.notes,
      usage: answer.usage ?? answer.usageAtStart,
      attempts: [...this.#state.attempts, toAttemptRecord(attempt, undefined, this.#dependencies.clock())],
      relayed,
    };
  }

  #timeLeft(): number {
    return this.#deadline - this.#dependencies.clock();
  }

  get #committed(): boolean {
    return this.#state.received?.committed === true;
  }

  #noteAll(notes: readonly TranslationNote[]): void {
    for (const note of notes) this.#note(note);
  }

  #note(note: TranslationNote): void {
    const known = this.#state.notes.some(
      (other) => other.member === note.member && other.reason === note.reason && other.action === note.action,
    );
    if (!known) this.#state.notes.push(note);
  }
}

/** When the gateway itself aborted the request, the client gets the reason. */
function explainAbort(ending: Ending, { reason }: Cancellation): Ending {
  return ending.type === 'aborted' && reason instanceof Failure ? { type: 'failure', failure: reason } : ending;
}

/** Maximum retries of a model that ends without an answer. */
const maxUnanswered = 1;

/** True when another credential, route or moment may succeed. */
function isWorthAnotherAttempt({ fault }: Failure): boolean {
  return fault !== 'request' && fault !== 'client' && fault !== 'gateway';
}

function outcomeOf(result: AttemptResult, usage: Usage | undefined): Outcome {
  if (result.type === 'failure') return { type: 'failure', failure: result.failure };
  if (result.type !== 'success' || usage === undefined) return { type: result.type };
  return { type: 'success', cached: { read: usage.cacheReadTokens, written: usage.cacheWriteTokens } };
}
