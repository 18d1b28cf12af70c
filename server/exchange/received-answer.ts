import type { ConversationEvent } from '../conversation/events.ts';
import { ProvenCallReader } from '../conversation/proven-calls.ts';
import { TranslationLog, type TranslationNote } from '../conversation/translation.ts';
import type { Lease } from '../pool/pool.ts';
import { type Answer, CollectedAnswer, StreamedAnswer } from './answer.ts';
import type { AttemptListener } from './attempt.ts';
import type { AnswerSink, ExchangeDependencies, ExchangeInput, OpeningReport } from './exchange.ts';
import { ownerOf } from './restore-proofs.ts';

export interface ReceivedAnswerOptions extends Pick<ExchangeDependencies, 'clock' | 'proofs'> {
  readonly input: ExchangeInput;
  readonly lease: Pick<Lease, 'answered'>;
  /** What the translation of the attempt's request changed or dropped. */
  readonly requestNotes: readonly TranslationNote[];
  /** Receives a streaming answer; without it, the answer is collected. */
  readonly sink: AnswerSink | undefined;
  readonly openingReport: (relayed: boolean) => OpeningReport;
  /** Called after the first content was passed on. From then on there is no other attempt. */
  readonly onCommitted: () => void;
}

/**
 * The answer of one attempt as it arrives. Events are held back until the first content, so that failover stays
 * possible, and then go to the sink.
 */
export class ReceivedAnswer implements AttemptListener {
  readonly answer: Answer;
  /** True once the sink was opened. */
  committed = false;
  /** Milliseconds since the epoch; null before the first content. */
  firstContentAt: number | null = null;
  readonly #options: ReceivedAnswerOptions;
  /** What the client does not get of the answer; undefined if it gets all of it. */
  #losses: TranslationLog | undefined;
  /** Reads the answer's proofs, for clients that do not send them back. */
  readonly #provenCalls: ProvenCallReader | undefined;
  /** Events before the first content. */
  readonly #buffered: ConversationEvent[] = [];

  constructor(options: ReceivedAnswerOptions) {
    this.#options = options;
    const { input, sink } = options;
    this.answer = sink === undefined ? new CollectedAnswer() : new StreamedAnswer(input.loggedRequest !== null);
    this.#provenCalls = input.request.unprovenCalls === undefined ? undefined : new ProvenCallReader();
  }

  /** What the translations of the request and of the answer changed or dropped. */
  get notes(): readonly TranslationNote[] {
    return [...this.#options.requestNotes, ...(this.#losses?.list() ?? [])];
  }

  onEvents(events: readonly ConversationEvent[], resume: () => void): boolean {
    const { clock, lease, sink } = this.#options;
    const hasContent = this.answer.record(events);
    this.#noteLosses(events);
    // This must happen before the client sees the end of the answer, because its next turn may follow at once.
    if (this.#provenCalls !== undefined) this.#rememberProofs(events, this.#provenCalls);
    if (hasContent && this.firstContentAt === null) {
      this.firstContentAt = clock();
      lease.answered();
    }
    return sink === undefined || this.#forward(events, hasContent, sink, resume);
  }

  #noteLosses(events: readonly ConversationEvent[]): void {
    const { lossOf } = this.#options.input;
    if (lossOf === undefined) return;
    for (const event of events) {
      const loss = lossOf(event);
      if (loss === undefined) continue;
      this.#losses ??= new TranslationLog();
      this.#losses.dropped(`answer.${loss}`, 'The API of the client has no field for it.');
    }
  }

  #rememberProofs(events: readonly ConversationEvent[], reader: ProvenCallReader): void {
    const { input, proofs } = this.#options;
    for (const event of events) {
      const calls = reader.read(event);
      if (calls !== undefined) proofs.remember(ownerOf(input), calls);
    }
  }

  #forward(events: readonly ConversationEvent[], hasContent: boolean, sink: AnswerSink, resume: () => void): boolean {
    if (this.committed) return sink.writeEvents(events, resume);
    // A spread would put them all on the stack, and an upstream may send any number.
    for (const event of events) this.#buffered.push(event);
    if (!hasContent) return true;
    this.committed = true;
    sink.open(this.#options.openingReport(this.#buffered.some((event) => event.type === 'frame')));
    const keepsUp = sink.writeEvents(this.#buffered.splice(0), resume);
    this.#options.onCommitted();
    return keepsUp;
  }
}
