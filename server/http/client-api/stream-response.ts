import type { ServerResponse } from 'node:http';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { Usage } from '../../conversation/usage.ts';
import type { StreamEncoder } from '../../dialects/dialect.ts';
import type { AnswerSink, OpeningReport } from '../../exchange/exchange.ts';
import { usageEstimatedHeader } from './headers.ts';

export interface StreamResponseOptions {
  readonly response: ServerResponse;
  readonly encoder: StreamEncoder;
  /** Milliseconds of silence after which a comment is sent. */
  readonly heartbeat: number;
  /** The response's headers, once the answer is committed. */
  readonly headers: (report: OpeningReport) => Readonly<Record<string, string>>;
}

/**
 * A streaming answer on the client's socket: one write for what one upstream read brought. While the socket is behind,
 * `push` answers false, so that nothing piles up here.
 */
export class StreamResponse implements AnswerSink {
  readonly #options: StreamResponseOptions;
  #heartbeat: NodeJS.Timeout | undefined;
  #wroteSinceHeartbeat = false;

  constructor(options: StreamResponseOptions) {
    this.#options = options;
  }

  open(report: OpeningReport): void {
    const { response, heartbeat, headers } = this.#options;
    response.writeHead(200, headers(report));
    this.#heartbeat = setInterval(() => this.#beat(), heartbeat);
  }

  push(events: readonly ConversationEvent[], resume: () => void): boolean {
    const bytes = this.#options.encoder.push(events);
    if (bytes === '') return true;
    this.#wroteSinceHeartbeat = true;
    const { response } = this.#options;
    if (response.write(bytes, 'latin1')) return true;
    response.once('drain', resume);
    return false;
  }

  /** The regular end. */
  end(usage: Usage): void {
    clearInterval(this.#heartbeat);
    const { response, encoder } = this.#options;
    // The headers went before anybody could know that the upstream would name no usage.
    if (usage.estimated) response.addTrailers({ [usageEstimatedHeader]: 'true' });
    response.end(encoder.end(usage), 'latin1');
  }

  /** The end by a failure, told inside the stream. */
  fail(failure: Failure): void {
    clearInterval(this.#heartbeat);
    this.#options.response.end(this.#options.encoder.fail(failure), 'latin1');
  }

  /** The client left: there is nobody to write to. */
  abandon(): void {
    clearInterval(this.#heartbeat);
    this.#options.response.destroy();
  }

  #beat(): void {
    const { response, encoder } = this.#options;
    if (!this.#wroteSinceHeartbeat && !response.writableNeedDrain) response.write(encoder.heartbeat);
    this.#wroteSinceHeartbeat = false;
  }
}
