import { runInNewContext } from 'node:vm';
import { setEngineFlags } from './set-engine-flags.ts';

export interface MemoryReliefOptions {
  /** Whether a request is being served. */
  readonly isBusy: () => boolean;
  /** Milliseconds without work after which memory is given back. */
  readonly quietTime?: number;
  /** Milliseconds between two times at least: it takes as long as some requests. */
  readonly pause?: number;
  readonly relieve?: () => void;
}

export interface MemoryRelief {
  /** To be called after each piece of work: it leaves garbage. */
  touch(): void;
  stop(): void;
}

/**
 * Gives the memory back that the start or a time of load took: V8 keeps the room that its young objects had (30 MB after
 * the start, 100 MB after load) until it is asked for it, for which a quiet moment is the best.
 */
export function startMemoryRelief(options: MemoryReliefOptions): MemoryRelief {
  const { isBusy, quietTime = 3000, pause = 60_000, relieve = giveBack } = options;
  let lastWork = 0;
  let lastRelief = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const schedule = (milliseconds: number) => {
    timer = setTimeout(look, milliseconds).unref();
  };
  const look = () => {
    timer = undefined;
    const now = performance.now();
    const wait = Math.max(lastWork + quietTime, lastRelief + pause) - now;
    if (wait > 0 || isBusy()) {
      schedule(Math.max(wait, quietTime));
      return;
    }
    relieve();
    lastRelief = performance.now();
  };
  const touch = () => {
    lastWork = performance.now();
    if (timer === undefined) schedule(quietTime);
  };
  touch();
  return { touch, stop: () => clearTimeout(timer) };
}

/** Some 70 ms of work. */
function giveBack(): void {
  setEngineFlags(['--expose-gc']);
  const collect: NodeJS.GCFunction | undefined = runInNewContext('globalThis.gc');
  collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
