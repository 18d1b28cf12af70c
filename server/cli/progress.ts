import { performance } from 'node:perf_hooks';
import { type Options, SingleBar } from 'cli-progress';
import type { Streams } from './command-line.ts';

/** A progress display. */
export interface Progress {
  update(done: number, total: number): void;
  /** Must be called at the end, even after an error. Further calls have no effect. */
  end(): void;
}

export interface ProgressOptions {
  /** The operation, like `Backing up`. */
  readonly title: string;
  /** What is counted, like `rows`. */
  readonly unit: string;
  /** Show nothing. */
  readonly quiet?: boolean | undefined;
  /** Milliseconds between two lines if the output is not a terminal. */
  readonly interval?: number;
  readonly now?: () => number;
}

const lineInterval = 5000;
/** Milliseconds before a rate is meaningful. */
const minRateInterval = 200;

/**
 * A progress bar with rate and remaining time on a terminal, otherwise an occasional line. Written to standard error.
 */
export function showProgress({ stderr }: Pick<Streams, 'stderr'>, options: ProgressOptions): Progress {
  if (options.quiet) return { update: () => undefined, end: () => undefined };
  return stderr.isTTY ? showBar(stderr, options) : writeLines(stderr, options);
}

function showBar(stream: Streams['stderr'], { title, unit, now = () => performance.now() }: ProgressOptions): Progress {
  const startedAt = now();
  const settings: Options = {
    stream,
    format: `${title} [{bar}] {percentage}% | {value}/{total} ${unit} | {rate}/s | {eta_formatted} left`,
    barsize: 24,
    etaBuffer: 50,
    hideCursor: true,
    clearOnComplete: false,
    // Otherwise the library would handle Ctrl-C itself.
    gracefulExit: false,
  };
  const bar = new SingleBar(settings);
  let started = false;
  return {
    update(done, total) {
      const elapsed = now() - startedAt;
      const rate = elapsed < minRateInterval ? '–' : count(Math.round((done / elapsed) * 1000));
      if (!started) bar.start(total, done, { rate });
      started = true;
      bar.setTotal(total);
      bar.update(done, { rate });
    },
    end() {
      if (started) bar.stop();
      started = false;
    },
  };
}

function writeLines(stream: Streams['stderr'], options: ProgressOptions): Progress {
  const { title, unit, interval = lineInterval, now = () => performance.now() } = options;
  let last: { done: number; total: number } | undefined;
  let writtenDone: number | undefined;
  let writtenAt = now();
  const writeLine = () => {
    if (last === undefined || last.done === writtenDone) return;
    const { done, total } = last;
    const share = total === 0 ? 100 : Math.floor((100 * done) / total);
    stream.write(`${title}: ${count(done)} of ${count(total)} ${unit} (${share}%)\n`);
    writtenDone = done;
    writtenAt = now();
  };
  return {
    update(done, total) {
      last = { done, total };
      if (now() - writtenAt >= interval) writeLine();
    },
    // Short operations print nothing.
    end: () => {
      if (writtenDone !== undefined) writeLine();
    },
  };
}

const count = (value: number) => value.toLocaleString('en');
