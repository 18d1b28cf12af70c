import type { KeyStore } from './key.ts';

/** Buffers last-used times and writes them in one transaction within a second. */
export interface LastUsed {
  touch(id: string, time: number): void;
  /** The latest time, as long as it may not have been written. */
  pending(id: string): number | undefined;
  /** Writes pending times. */
  close(): Promise<void>;
}

const flushDelay = 1000;

/** @param onError called if a write failed; its times are written with the next one */
export function createLastUsed(store: Pick<KeyStore, 'touch'>, onError: (error: unknown) => void): LastUsed {
  /** Kept after the write, so that a list shows current times without reading the store. */
  const times = new Map<string, number>();
  let unwritten = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    timer = undefined;
    const batch = unwritten;
    if (batch.size === 0) return;
    unwritten = new Map();
    try {
      await store.touch(batch);
    } catch (error) {
      unwritten = new Map([...batch, ...unwritten]);
      onError(error);
    }
  }

  return {
    touch(id, time) {
      times.set(id, time);
      unwritten.set(id, time);
      if (timer !== undefined) return;
      timer = setTimeout(() => {
        writing = writing.then(flush);
      }, flushDelay);
      timer.unref();
    },
    pending: (id) => times.get(id),
    async close() {
      clearTimeout(timer);
      await writing;
      await flush();
    },
  };
}
