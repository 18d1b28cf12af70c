import { Buffer } from 'node:buffer';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { TranslationNote } from '../../conversation/translation.ts';
import type { Usage } from '../../conversation/usage.ts';
import type { StreamEncoder } from '../../dialects/dialect.ts';
import type { AnswerSink, OpeningReport } from '../../exchange/exchange.ts';
import { asByteString, type ByteString } from '../../lib/byte-string.ts';
import { atTurnEnd } from '../../lib/turn-end.ts';
import { cacheHeader, describeCache, describeWarnings, usageEstimatedHeader, warningsHeader } from './headers.ts';
import type { StalledReaders } from './stalled-readers.ts';

export interface StreamResponseOptions {
  readonly response: ServerResponse;
  /** Called once when the answer is committed, because its format is not known before. */
  readonly createEncoder: (report: OpeningReport) => StreamEncoder;
  /** Milliseconds of silence before a comment is sent. */
  readonly heartbeat: number;
  readonly stalledReaders: StalledReaders;
  /** Creates the response headers. */
  readonly headers: (report: OpeningReport, contentType: string) => OutgoingHttpHeaders;
}

/** The report before the upstream has responded. */
const nothingYet: OpeningReport = {
  upstreamModel: undefined,
  notes: [],
  usage: undefined,
  attempts: [],
  relayed: false,
};

/** Characters. Longer text is sent on its own: copying it would cost more than an extra HTTP chunk. */
const maxJoinedLength = 2048;

/** Characters that may be collected in one turn while nothing waits for the socket. The upstream is read in 32 KB. */
const maxTurnLength = 65_536;

/**
 * Characters. Longer text is written as a buffer, because Node keeps a text that waits for a slow reader twice. Shorter
 * text is not, because it seldom waits, and creating a buffer costs a burst of a hundred frames a twentieth.
 */
const longText = 32_768;

/**
 * A streaming answer on the client's socket. Everything from one turn of the event loop (headers, upstream data, end)
 * becomes one write. While the socket is full, `writeEvents` returns false, so nothing accumulates here.
 */
export class StreamResponse implements AnswerSink {
  readonly #options: StreamResponseOptions;
  #encoder: StreamEncoder | undefined;
  #isOpen = false;
  /** Output of the current turn that has not been written. */
  #buffered = '';
  /** The final output, once it is known. */
  #finalBytes: ByteString | undefined;
  /** Called when the client has caught up; empty while it keeps up. */
  #resumes = new Set<() => void>();
  /** Whether a flush is scheduled for the end of this turn. */
  #flushScheduled = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #wroteSinceHeartbeat = false;
  /** Whether the headers included the cache usage. */
  #sentCacheUsage = false;
  /** The warnings in the headers. */
  #sentWarnings: string | undefined;

  constructor(options: StreamResponseOptions) {
    this.#options = options;
  }

  /** True once the status is sent. From then on, failures are sent inside the stream. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Starts waiting for the answer. If none arrives within the heartbeat's interval, the headers are sent, followed by
   * comments, because proxies and clients close silent connections. The gateway can still fail over meanwhile.
   */
  start(): void {
    this.#heartbeat = setTimeout(() => {
      this.#openResponse(nothingYet);
      this.#writeHeartbeat();
    }, this.#options.heartbeat);
  }

  open(report: OpeningReport): void {
    // The frame format of a relayed answer is not known before.
    this.#encoder = this.#options.createEncoder(report);
    if (!this.#isOpen) this.#openResponse(report);
  }

  #openResponse(report: OpeningReport): void {
    const { response, heartbeat, headers, createEncoder } = this.#options;
    clearTimeout(this.#heartbeat);
    this.#isOpen = true;
    this.#sentCacheUsage = describeCache(report.usage) !== undefined;
    this.#sentWarnings = describeWarnings(report.notes);
    this.#encoder ??= createEncoder(report);
    response.writeHead(200, headers(report, this.#encoder.contentType));
    this.#heartbeat = setInterval(() => this.#writeHeartbeat(), heartbeat);
  }

  writeEvents(events: readonly ConversationEvent[], resume: () => void): boolean {
    const bytes = this.#encoder?.encode(events);
    if (bytes === undefined || bytes === '') return true;
    this.#wroteSinceHeartbeat = true;
    this.#buffer(bytes);
    const { response } = this.#options;
    const isSlow = response.writableLength >= response.writableHighWaterMark;
    if (!isSlow && this.#buffered.length < maxTurnLength) return true;
    if (this.#flush()) return true;
    this.#awaitDrain(resume);
    return false;
  }

  /** One listener for all choices of the answer, which wait on their own. */
  #awaitDrain(resume: () => void): void {
    this.#resumes.add(resume);
    if (this.#resumes.size > 1) return;
    const { response, stalledReaders } = this.#options;
    stalledReaders.awaitDrain(response, () => {
      const resumes = this.#resumes;
      this.#resumes = new Set();
      for (const each of resumes) each();
    });
  }

  /** Ends the stream normally. @param notes all notes of the exchange */
  end(usage: Usage, notes: readonly TranslationNote[]): void {
    clearInterval(this.#heartbeat);
    // The headers were sent before the upstream reported its usage, and before it answered.
    const cache = this.#sentCacheUsage ? undefined : describeCache(usage);
    const warnings = describeWarnings(notes);
    const trailers = {
      ...(usage.estimated && { [usageEstimatedHeader]: 'true' }),
      ...(!usage.estimated && cache !== undefined && { [cacheHeader]: cache }),
      ...(warnings !== undefined && warnings !== this.#sentWarnings && { [warningsHeader]: warnings }),
    };
    if (Object.keys(trailers).length > 0) this.#options.response.addTrailers(trailers);
    if (this.#encoder !== undefined) this.#end(this.#encoder.end(usage));
  }

  /** Ends the stream with a failure, sent inside the stream. */
  fail(failure: Failure): void {
    clearInterval(this.#heartbeat);
    if (this.#encoder !== undefined) this.#end(this.#encoder.fail(failure));
  }

  /** Stops waiting. There will be no stream; the client gets a plain response. */
  stop(): void {
    clearTimeout(this.#heartbeat);
  }

  /** The client has disconnected. */
  abandon(): void {
    clearInterval(this.#heartbeat);
    this.#takeBuffered();
    this.#options.response.destroy();
  }

  #buffer(bytes: ByteString): void {
    this.#buffered += bytes;
    this.#scheduleFlush();
  }

  #end(bytes: ByteString): void {
    this.#finalBytes = bytes;
    this.#scheduleFlush();
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    atTurnEnd(() => this.#flushTurn());
  }

  #flushTurn(): void {
    this.#flushScheduled = false;
    // Node writes to the socket after all of these tasks have run, so these are one write, too.
    if (this.#finalBytes === undefined || this.#buffered.length > maxJoinedLength) this.#flush();
    if (this.#finalBytes === undefined) return;
    const { response, stalledReaders } = this.#options;
    stalledReaders.end(response, asByteString(this.#takeBuffered() + this.#finalBytes));
  }

  /** @returns false if the socket is full */
  #flush(): boolean {
    const bytes = this.#takeBuffered();
    return bytes === '' || write(this.#options.response, bytes);
  }

  #takeBuffered(): string {
    const bytes = this.#buffered;
    this.#buffered = '';
    return bytes;
  }

  #writeHeartbeat(): void {
    const { response } = this.#options;
    const isSilent = !this.#wroteSinceHeartbeat && !response.writableNeedDrain;
    if (isSilent && this.#encoder !== undefined) response.write(this.#encoder.heartbeat(), 'latin1');
    this.#wroteSinceHeartbeat = false;
  }
}

/** @returns false if the socket is full */
function write(response: ServerResponse, bytes: string): boolean {
  return bytes.length < longText ? response.write(bytes, 'latin1') : response.write(Buffer.from(bytes, 'latin1'));
}
