import type { ModelEntry } from '../catalogue/catalogue.ts';
import type { ConversationEvent } from '../conversation/events.ts';
import { Failure, toFailure } from '../conversation/failure.ts';
import { ProvenCallReader } from '../conversation/proven-calls.ts';
import type { TranslationNote } from '../conversation/translation.ts';
import type { AttemptRecord } from '../ledger/usage-record.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { type Endpoint, type Lease, type Outcome, TriedEndpoints } from '../pool/pool.ts';
import { type Answer, CollectedAnswer, StreamedAnswer } from './answer.ts';
import { type AttemptListener, type AttemptResult, runAttempt } from './attempt.ts';
import { EndpointPlan, type PlannedRequest } from './endpoint-plan.ts';
import type { AnswerSink, ExchangeDependencies, ExchangeInput, OpeningReport } from './exchange.ts';
import { type Ending, type ExchangeState, givenUpUsage, type TimedReport, toReport } from './report.ts';
import { ownerOf } from './restore-proofs.ts';

interface RunningAttempt {
  readonly model: ModelEntry;
  readonly lease: Lease;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** The attempts to have one model answer. */
interface Walk {
  readonly model: ModelEntry;
  readonly plan: EndpointPlan;
  readonly tried: TriedEndpoints;
  /** The failure to tell when nothing is left to try. */
  last: Failure | undefined;
}

/** The walk of one exchange: models, endpoints, credentials, attempts. Fails over only while nothing has reached the sink. */
export class ExchangeRun implements AttemptListener {
  readonly #state: ExchangeState;
  readonly #dependencies: ExchangeDependencies;
  readonly #input: ExchangeInput;
  readonly #sink: AnswerSink | undefined;
  readonly #deadline: number;
  /** The last one that was begun. */
  #attempt: RunningAttempt | undefined;
  /** Attempts in which the model ended without an answer. */
  #unanswered = 0;
  /** What the latest attempt's translation did: what was done for those before reached nobody. */
  #notes: readonly TranslationNote[] = [];
  /** Of the latest attempt, for clients that will not send back what it reads. */
  #provenCalls: ProvenCallReader | undefined;
  /** Events before the first content. */
  readonly #held: ConversationEvent[] = [];

  /** @param sink where a streaming answer goes; undefined collects it */
  constructor(dependencies: ExchangeDependencies, input: ExchangeInput, sink: AnswerSink | undefined) {
    this.#dependencies = dependencies;
    this.#input = input;
    this.#sink = sink;
    this.#deadline = input.startedAt + dependencies.settings().timeouts.total;
    this.#state = {
      attempts: [],
      notes: [...input.notes],
      model: undefined,
      answer: this.#newAnswer(),
      committed: false,
      firstContentAt: null,
    };
  }

  /** Never throws. */
  async run(): Promise<TimedReport> {
    let ending: Ending;
    try {
      const asked = this.#dependencies.catalogue.find(this.#input.request.model);
      ending = await this.#tryModel(asked);
      for (const id of asked.fallbacks) {
        if (!this.#mayFallBack(ending)) break;
        if (!this.#input.mayUse(id)) continue;
        const reason = `${asked.id} could not be served now, so ${id} was tried`;
        this.#note({ member: 'model', action: 'changed', reason });
        ending = await this.#tryModel(this.#dependencies.catalogue.find(id));
      }
    } catch (error) {
      ending = this.#input.signal.aborted ? { type: 'aborted' } : { type: 'failure', failure: toFailure(error) };
    }
    for (const note of this.#notes) this.#note(note);
    const explained = explainAbort(ending, this.#input.signal);
    const report = toReport(this.#state, explained, this.#input, this.#dependencies.estimator);
    this.#learn(report);
    return report;
  }

  /** What the upstream says that the request had tells how its model counts. */
  #learn({ outcome, usage }: TimedReport): void {
    const { estimator } = this.#dependencies;
    const { model } = this.#state;
    if (model === undefined || outcome !== 'success' || usage.estimated) return;
    const { request, guessInputTokens } = this.#input;
    const told =
      estimator.wantsRequest(model.id) && !request.body.isLarge
        ? { request: request.read().request(), guess: guessInputTokens() }
        : {};
    estimator.learn(model.id, usage.inputTokens, told);
  }

  /** A fallback is for a model that nobody could serve, not for a request that is wrong. */
  #mayFallBack(ending: Ending): boolean {
    if (ending.type !== 'failure' || this.#state.committed) return false;
    const { fault, reason } = ending.failure;
    return fault !== 'request' && reason !== 'no-credential' && this.#timeLeft() > 0;
  }

  async #tryModel(model: ModelEntry): Promise<Ending> {
    const plan = new EndpointPlan(model, this.#input, this.#dependencies);
    const walk: Walk = { model, plan, tried: new TriedEndpoints(), last: undefined };
    this.#state.model = model;
    while (plan.endpoints.length > 0 && this.#timeLeft() > 0) {
      const taken = this.#take(walk);
      const lease = taken instanceof Promise ? await taken : taken;
      if (lease instanceof Failure) {
        // With nothing else to turn to, what the attempts met says more.
        return this.#input.signal.aborted ? { type: 'aborted' } : { type: 'failure', failure: walk.last ?? lease };
      }
      const ending = await this.#attemptBy(lease, walk);
      if (ending !== undefined) return ending;
      this.#noteGivenUp();
    }
    return { type: 'failure', failure: walk.last ?? new Failure('timeout', 'No attempt could be made in time.') };
  }

  /** @returns undefined when another attempt may do better */
  async #attemptBy(lease: Lease, walk: Walk): Promise<Ending | undefined> {
    const { model, plan, tried } = walk;
    const planned = plan.encode(lease.endpoint);
    if (planned instanceof Failure) {
      // This route cannot carry the request; another one may.
      lease.release({ type: 'aborted' });
      walk.last ??= planned;
      return undefined;
    }
    const attempt = { model, lease, startedAt: this.#dependencies.clock() };
    const result = await this.#send(planned, attempt);
    lease.release(outcomeOf(result, this.#state.answer));
    this.#state.attempts.push(recordOf(attempt, result, this.#dependencies.clock()));
    if (result.type !== 'failure' || this.#state.committed) return result;
    if (plan.dropRefused(lease.endpoint, result.failure)) return undefined;
    // What the model failed to say, it may say when it is asked again, wherever that is.
    if (result.failure.fault === 'model') this.#unanswered += 1;
    else tried.add(lease.credential.id, lease.endpoint);
    if (this.#unanswered > mostUnanswered || !isWorthAnotherAttempt(result.failure)) return result;
    // A last resort is known to refuse: what the model's own routes said tells more.
    if (walk.last === undefined || planned.route.lastResort !== true) walk.last = result.failure;
    return undefined;
  }

  /** Tokens of failed attempts are recorded, too. */
  #noteGivenUp(): void {
    const { attempts } = this.#state;
    const last = attempts.at(-1);
    if (last === undefined || last.givenUp !== undefined) return;
    const givenUp = givenUpUsage(this.#state, this.#input, this.#dependencies.estimator);
    if (givenUp !== undefined) attempts[attempts.length - 1] = { ...last, givenUp };
  }

  /** The next lease, or why there is none. */
  #take({ plan, tried }: Walk): Lease | Failure | Promise<Lease | Failure> {
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
      ...(request.affinityKey === undefined ? {} : { affinityKey: request.affinityKey }),
      opening: request.opening,
      exclude,
      signal,
      deadline: this.#deadline,
    });
  }

  #send({ route, encoded, frames }: PlannedRequest, attempt: RunningAttempt): Promise<AttemptResult> {
    const { model, lease } = attempt;
    this.#attempt = attempt;
    this.#held.length = 0;
    if (this.#input.request.unprovenCalls !== undefined) this.#provenCalls = new ProvenCallReader();
    this.#notes = encoded.notes;
    // The first one finds it new.
    if (this.#state.attempts.length > 0) this.#state.answer = this.#newAnswer();
    this.#state.firstContentAt = null;
    return runAttempt({
      client: this.#dependencies.client,
      request: {
        path: encoded.path,
        body: this.#input.request.body.complete(encoded.body),
        account: lease.credential,
        encodedToken: route.encodedToken === true,
        model: model.id,
        upstreamModel: lease.endpoint.upstreamModel,
      },
      route,
      frames,
      transform: encoded.createAnswerTransform?.(),
      signal: this.#input.signal,
      timeLeft: this.#timeLeft(),
      listener: this,
    });
  }

  onEvents(events: readonly ConversationEvent[], resume: () => void): boolean {
    const hasContent = this.#state.answer.take(events);
    // Before the client has the answer's end: its next turn may come at once.
    if (this.#provenCalls !== undefined) this.#rememberProofs(events, this.#provenCalls);
    if (hasContent && this.#state.firstContentAt === null) {
      this.#state.firstContentAt = this.#dependencies.clock();
      this.#attempt?.lease.answered();
    }
    return this.#sink === undefined || this.#forward(events, hasContent, this.#sink, resume);
  }

  #rememberProofs(events: readonly ConversationEvent[], reader: ProvenCallReader): void {
    for (const event of events) {
      const calls = reader.read(event);
      if (calls !== undefined) this.#dependencies.proofs.remember(ownerOf(this.#input), calls);
    }
  }

  /** Holds back what precedes the first content, so that another credential may still take over. */
  #forward(events: readonly ConversationEvent[], hasContent: boolean, sink: AnswerSink, resume: () => void): boolean {
    if (this.#state.committed) return sink.push(events, resume);
    this.#held.push(...events);
    if (!hasContent) return true;
    this.#state.committed = true;
    sink.open(this.#openingReport());
    return sink.push(this.#held.splice(0), resume);
  }

  #openingReport(): OpeningReport {
    const { answer, attempts } = this.#state;
    for (const note of this.#notes) this.#note(note);
    const answering =
      this.#attempt === undefined ? [] : [recordOf(this.#attempt, undefined, this.#dependencies.clock())];
    return {
      upstreamModel: answer.upstreamModel,
      notes: this.#state.notes,
      usage: answer.usage ?? answer.usageAtStart,
      attempts: [...attempts, ...answering],
      relayed: this.#held.some((event) => event.type === 'frame'),
    };
  }

  #newAnswer(): Answer {
    return this.#sink === undefined ? new CollectedAnswer() : new StreamedAnswer(this.#input.loggedRequest !== null);
  }

  #timeLeft(): number {
    return this.#deadline - this.#dependencies.clock();
  }

  #note(note: TranslationNote): void {
    const known = this.#state.notes.some(
      (other) => other.member === note.member && other.reason === note.reason && other.action === note.action,
    );
    if (!known) this.#state.notes.push(note);
  }
}

/** Not the client, but the gateway may have ended it: then the client is told why. */
function explainAbort(ending: Ending, { reason }: Cancellation): Ending {
  return ending.type === 'aborted' && reason instanceof Failure ? { type: 'failure', failure: reason } : ending;
}

/** @param result undefined while the attempt is answering */
function recordOf(
  { model, lease, startedAt }: RunningAttempt,
  result: AttemptResult | undefined,
  now: number,
): AttemptRecord {
  const failure = result?.type === 'failure' ? result.failure : undefined;
  const message = failure === undefined ? undefined : (failure.evidence ?? failure.message);
  return {
    credentialId: lease.credential.id,
    credentialLabel: lease.credential.label || lease.credential.email,
    model: model.id,
    route: lease.endpoint.route,
    reason: lease.reason,
    startedAt,
    milliseconds: Math.max(0, now - startedAt),
    waited: lease.waited,
    status: failure?.upstreamStatus ?? result?.status ?? null,
    outcome: failure?.fault ?? result?.type ?? 'answering',
    ...(message === undefined ? {} : { message }),
    skipped: lease.skipped,
  };
}

/** A model that ends without an answer is asked once more. */
const mostUnanswered = 1;

/** True when the failure may be this credential's, this route's or this moment's, so that another attempt may do better. */
function isWorthAnotherAttempt({ fault }: Failure): boolean {
  return fault !== 'request' && fault !== 'client' && fault !== 'gateway';
}

function outcomeOf(result: AttemptResult, { usage }: Answer): Outcome {
  if (result.type === 'failure') return { type: 'failure', failure: result.failure };
  if (result.type !== 'success' || usage === undefined) return { type: result.type };
  return { type: 'success', cached: { read: usage.cacheReadTokens, written: usage.cacheWriteTokens } };
}
