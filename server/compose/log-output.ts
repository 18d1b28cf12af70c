/** Characters that are gathered before they are written, and how long they wait at most, in milliseconds. */
const gathered = 8192;
const interval = 250;
/** What may wait for a reader that has stopped, in bytes: later lines are dropped. */
const mostWaiting = 1_048_576;
/** How long the end waits for a reader, in milliseconds. */
const patience = 1000;

/** What is needed of standard output, which is a stream of Node. */
export interface OutputStream {
  /** Bytes that wait. */
  readonly writableLength: number;
  write(text: string, callback: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: () => void): unknown;
}

export interface LogOutputOptions {
  /** A line is dropped, and none was before. */
  readonly onLost?: () => void;
  /** Lines are taken again. @param dropped how many were not, so far */
  readonly onRecovered?: (dropped: number) => void;
}

/**
 * Lines on their way to standard output. Nobody waits for it: when its reader has gone or has stopped, or its disk is full,
 * lines are dropped and counted. (Node writes to a pipe without waiting, and holds in memory what the pipe does not take.)
 */
export class LogOutput {
  readonly #stream: OutputStream;
  readonly #options: LogOutputOptions;
  #lines: string[] = [];
  #length = 0;
  #timer: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #dropped = 0;
  /** The last lines were dropped. */
  #losing = false;
  #onceWritten: (() => void) | undefined;

  constructor(stream: OutputStream, options: LogOutputOptions = {}) {
    this.#stream = stream;
    this.#options = options;
    // Each write is told of its own failure.
    stream.on('error', () => {});
  }

  /** How many lines never came out. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param line with its line end */
  write(line: string): void {
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= gathered) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), interval).unref();
  }

  /** Writes what is left, and waits for the reader to take it: for a second at most. @returns whether it did */
  async close(): Promise<boolean> {
    this.#send();
    if (this.#unanswered === 0) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onceWritten = resolve;
    const timer = setTimeout(resolve, patience);
    await promise;
    clearTimeout(timer);
    return this.#unanswered === 0;
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    if (lines.length === 0) return;
    this.#lines = [];
    this.#length = 0;
    if (this.#stream.writableLength > mostWaiting) {
      this.#drop(lines.length);
      return;
    }
    this.#unanswered += 1;
    const text = lines.join('');
    try {
      this.#stream.write(text, (error) => this.#settle(lines.length, error));
    } catch (error) {
      this.#settle(lines.length, error);
    }
  }

  #settle(count: number, error: unknown): void {
    this.#unanswered -= 1;
    if (error != null) this.#drop(count);
    else if (this.#losing) {
      this.#losing = false;
      this.#options.onRecovered?.(this.#dropped);
    }
    if (this.#unanswered === 0) this.#onceWritten?.();
  }

  #drop(count: number): void {
    this.#dropped += count;
    if (this.#losing) return;
    this.#losing = true;
    this.#options.onLost?.();
  }
}
