import { runInNewContext } from 'node:vm';
import { setEngineFlags } from './set-engine-flags.ts';

export interface MemoryReliefOptions {
  /** Whether a request is being served. */
  readonly isBusy: () => boolean;
  /** Milliseconds without work after which the start's memory is given back, and later that of work. */
  readonly startQuietTime?: number;
  readonly quietTime?: number;
  readonly relieve?: () => void;
}

export interface MemoryRelief {
  /** To be called after each piece of work: it leaves garbage. */
  touch(): void;
  stop(): void;
}

/**
 * Gives the memory back that the start or a time of load took: V8 keeps the room that its young objects had (30 MB after
 * the start, 100 MB after load) until it is asked for it. With that it throws away what it has compiled, and until that is
 * there anew, some ten thousand requests cost half as much time again: a pause between requests is no reason.
 */
export function startMemoryRelief(options: MemoryReliefOptions): MemoryRelief {
  const { isBusy, startQuietTime = 3000, quietTime = 300_000, relieve = giveBack } = options;
  let needed = startQuietTime;
  let lastWork = 0;
  let timer: NodeJS.Timeout | undefined;
  const schedule = (milliseconds: number) => {
    timer = setTimeout(look, milliseconds).unref();
  };
  const look = () => {
    timer = undefined;
    const wait = lastWork + needed - performance.now();
    if (wait > 0 || isBusy()) {
      schedule(Math.max(wait, startQuietTime));
      return;
    }
    relieve();
    needed = quietTime;
  };
  const touch = () => {
    lastWork = performance.now();
    if (timer === undefined) schedule(needed);
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
