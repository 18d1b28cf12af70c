/** Number of characters to buffer before a write, and the maximum delay in milliseconds. */
const batchLength = 8192;
const interval = 250;
/** Maximum number of unwritten bytes. If the reader has stopped, further lines are dropped. */
const maxBufferedBytes = 1_048_576;
/** How long to wait for the reader at the end, in milliseconds. */
const closeTimeout = 1000;

/** The part of a writable stream that we need, such as standard output. */
export interface OutputStream {
  /** Number of buffered bytes. */
  readonly writableLength: number;
  write(text: string, callback: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: () => void): unknown;
}

export interface LogOutputOptions {
  /** Called when lines begin to be dropped. */
  readonly onLost?: () => void;
  /** Called when lines are written again. @param dropped total number of dropped lines */
  readonly onRecovered?: (dropped: number) => void;
}

/**
 * Writes log lines to standard output without blocking. If its reader has exited or stopped, or the disk is full, lines
 * are dropped and counted. (Node writes to pipes asynchronously and buffers in memory what the pipe does not accept.)
 */
export class LogOutput {
  readonly #stream: OutputStream;
  readonly #options: LogOutputOptions;
  #lines: string[] = [];
  #length = 0;
  #timer: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #dropped = 0;
  /** Whether the last lines were dropped. */
  #losing = false;
  #onceWritten: (() => void) | undefined;

  constructor(stream: OutputStream, options: LogOutputOptions = {}) {
    this.#stream = stream;
    this.#options = options;
    // Errors are also passed to the callback of each write.
    stream.on('error', () => {});
  }

  /** Number of lines that were lost. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param line including its line break */
  write(line: string): void {
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= batchLength) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), interval).unref();
  }

  /** Writes the remaining lines and waits up to a second for the reader. @returns whether everything was written */
  async close(): Promise<boolean> {
    this.#send();
    if (this.#unanswered === 0) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onceWritten = resolve;
    const timer = setTimeout(resolve, closeTimeout);
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
    if (this.#stream.writableLength > maxBufferedBytes) {
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
