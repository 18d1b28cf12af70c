import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { Usage } from '../../conversation/usage.ts';
import type { StreamEncoder } from '../../dialects/dialect.ts';
import type { AnswerSink, OpeningReport } from '../../exchange/exchange.ts';
import type { ByteString } from '../../lib/byte-string.ts';
import { atTurnEnd } from '../../lib/turn-end.ts';
import { cacheHeader, describeCache, usageEstimatedHeader } from './headers.ts';
import type { StalledReaders } from './stalled-readers.ts';

export interface StreamResponseOptions {
  readonly response: ServerResponse;
  /** Asked once, when the answer is committed: only then it is known in what form it comes. */
  readonly createEncoder: (report: OpeningReport) => StreamEncoder;
  /** Milliseconds of silence after which a comment is sent. */
  readonly heartbeat: number;
  readonly stalledReaders: StalledReaders;
  /** The response's headers. */
  readonly headers: (report: OpeningReport, contentType: string) => OutgoingHttpHeaders;
}

/** What is known of an answer before there is one. */
const nothingYet: OpeningReport = {
  upstreamModel: undefined,
  notes: [],
  usage: undefined,
  attempts: [],
  relayed: false,
};

/** Characters; what is more is not copied for the sake of one HTTP chunk less. */
const cheaplyJoined = 2048;

/**
 * A streaming answer on the client's socket: one write for what one turn of the event loop brought, be it the headers, an
 * upstream read, the end or all of them. While the socket is behind, `push` answers false, so that nothing piles up here.
 */
export class StreamResponse implements AnswerSink {
  readonly #options: StreamResponseOptions;
  #encoder: StreamEncoder | undefined;
  #isOpen = false;
  /** What the turn has brought so far. */
  #gathered = '';
  /** What the answer ends with, once it is known. */
  #ending: ByteString | undefined;
  /** Whether the turn's end is asked for. */
  #leaving = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #wroteSinceHeartbeat = false;
  /** Whether the headers told what the cache served. */
  #toldCache = false;

  constructor(options: StreamResponseOptions) {
    this.#options = options;
  }

  /** True once the client has its status: all else is told inside the stream. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Begins to wait for an answer. When none comes within the heartbeat's time, the headers go ahead and comments follow, for
   * proxies and clients cut what is silent: the gateway may still fail over behind them.
   */
  start(): void {
    this.#heartbeat = setTimeout(() => {
      this.#openResponse(nothingYet);
      this.#beat();
    }, this.#options.heartbeat);
  }

  open(report: OpeningReport): void {
    // The frames of a relayed answer are not known before.
    this.#encoder = this.#options.createEncoder(report);
    if (!this.#isOpen) this.#openResponse(report);
  }

  #openResponse(report: OpeningReport): void {
    const { response, heartbeat, headers, createEncoder } = this.#options;
    clearTimeout(this.#heartbeat);
    this.#isOpen = true;
    this.#toldCache = describeCache(report.usage) !== undefined;
    this.#encoder ??= createEncoder(report);
    response.writeHead(200, headers(report, this.#encoder.contentType));
    this.#heartbeat = setInterval(() => this.#beat(), heartbeat);
  }

  push(events: readonly ConversationEvent[], resume: () => void): boolean {
    const bytes = this.#encoder?.push(events);
    if (bytes === undefined || bytes === '') return true;
    this.#wroteSinceHeartbeat = true;
    this.#gather(bytes);
    const { response } = this.#options;
    const waiting = this.#gathered.length + response.writableLength;
    if (waiting < response.writableHighWaterMark || this.#flush()) return true;
    this.#awaitReader(resume);
    return false;
  }

  /** Goes on when the socket has room, or cuts a reader that takes nothing for too long. */
  #awaitReader(resume: () => void): void {
    const { response, stalledReaders } = this.#options;
    const isOver = stalledReaders.add(response);
    response.once('close', isOver);
    response.once('drain', () => {
      isOver();
      response.off('close', isOver);
      resume();
    });
  }

  /** The regular end. */
  end(usage: Usage): void {
    clearInterval(this.#heartbeat);
    const { response } = this.#options;
    // The headers went before anybody could know what the upstream would say of the usage.
    const cache = this.#toldCache ? undefined : describeCache(usage);
    if (usage.estimated) response.addTrailers({ [usageEstimatedHeader]: 'true' });
    else if (cache !== undefined) response.addTrailers({ [cacheHeader]: cache });
    if (this.#encoder !== undefined) this.#end(this.#encoder.end(usage));
  }

  /** The end by a failure, told inside the stream. */
  fail(failure: Failure): void {
    clearInterval(this.#heartbeat);
    if (this.#encoder !== undefined) this.#end(this.#encoder.fail(failure));
  }

  /** Stops waiting: there will be no stream, and the client gets a plain response. */
  stop(): void {
    clearTimeout(this.#heartbeat);
  }

  /** The client left: there is nobody to write to. */
  abandon(): void {
    clearInterval(this.#heartbeat);
    this.#take();
    this.#options.response.destroy();
  }

  #gather(bytes: ByteString): void {
    this.#gathered += bytes;
    this.#leaveWithTurn();
  }

  #end(bytes: ByteString): void {
    this.#ending = bytes;
    this.#leaveWithTurn();
  }

  #leaveWithTurn(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    atTurnEnd(() => this.#leave());
  }

  #leave(): void {
    this.#leaving = false;
    // Node writes to the socket once all of these tasks have run: these, too, are one write.
    if (this.#ending === undefined || this.#gathered.length > cheaplyJoined) this.#flush();
    if (this.#ending !== undefined) this.#options.response.end(this.#take() + this.#ending, 'latin1');
  }

  /** @returns false when the socket is behind */
  #flush(): boolean {
    const bytes = this.#take();
    return bytes === '' || this.#options.response.write(bytes, 'latin1');
  }

  #take(): string {
    const bytes = this.#gathered;
    this.#gathered = '';
    return bytes;
  }

  #beat(): void {
    const { response } = this.#options;
    const isSilent = !this.#wroteSinceHeartbeat && !response.writableNeedDrain;
    if (isSilent && this.#encoder !== undefined) response.write(this.#encoder.heartbeat(), 'latin1');
    this.#wroteSinceHeartbeat = false;
  }
}
