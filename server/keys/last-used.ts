import type { KeyStore } from './key.ts';

/** Last-used times that are not stored yet. They are written in one transaction within a second. */
export interface LastUsed {
  touch(id: string, time: number): void;
  /** The time that is not known to be written yet. */
  pending(id: string): number | undefined;
  /** Writes what is pending. */
  close(): Promise<void>;
}

const flushDelay = 1000;

/** @param onError told when a write failed; its times go with the next */
export function createLastUsed(store: Pick<KeyStore, 'touch'>, onError: (error: unknown) => void): LastUsed {
  /** Kept after the write too, so that a list shows them without reading the store again. */
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
