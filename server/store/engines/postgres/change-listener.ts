import { setTimeout as wait } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import type { StoreFailure } from '../../store-failure.ts';
import { toStoreFailure } from './failure.ts';
import { changesChannel } from './schema.ts';

/** Hears what other gateways and the command line change, on a connection of its own. */
export interface ChangeListener {
  /** Calls back after a change of another, and whenever one may have been missed. @returns a function that ends it */
  watch(callback: () => void): () => void;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly client: ClientConfig;
  /** The name that this gateway's own changes come under. */
  readonly name: string;
  /** Told once when the connection is lost or cannot be made. */
  readonly onTrouble?: ((failure: StoreFailure) => void) | undefined;
  /** The first and the longest pause between two attempts to connect; milliseconds. */
  readonly retryDelay?: { readonly first: number; readonly longest: number };
}

/** How often an idle connection is asked whether it lives, and how long it may take to answer; milliseconds. */
const checkInterval = 15_000;
const checkTimeout = 10_000;

/** Connects with the first watcher: a command that watches nothing needs no connection for it. */
export function createChangeListener(options: ListenerOptions): ChangeListener {
  const { client: config, name, onTrouble, retryDelay = { first: 100, longest: 5000 } } = options;
  const watchers = new Set<() => void>();
  const closing = new AbortController();
  let listening: Promise<void> | undefined;

  const tellAll = () => {
    for (const watcher of watchers) watcher();
  };
  /** Ends, or throws, when the connection does. */
  const listenOnce = async (onListening: () => void): Promise<void> => {
    const client = new Client(config);
    const ended = Promise.withResolvers<void>();
    const end = () => void client.end().catch(() => undefined);
    client.on('error', ended.reject);
    client.on('end', ended.resolve);
    client.on('notification', ({ payload }) => {
      if (payload !== name) tellAll();
    });
    const check = setInterval(() => {
      client.query({ text: 'select 1', ...{ query_timeout: checkTimeout } }).catch(ended.reject);
    }, checkInterval);
    closing.signal.addEventListener('abort', end);
    // It may fail while nobody waits for it yet.
    ended.promise.catch(() => undefined);
    try {
      await client.connect();
      await client.query(`listen ${changesChannel}`);
      onListening();
      await ended.promise;
    } finally {
      clearInterval(check);
      closing.signal.removeEventListener('abort', end);
      end();
    }
  };
  const listen = async (): Promise<void> => {
    let pause = retryDelay.first;
    let isTold = false;
    while (!closing.signal.aborted) {
      try {
        await listenOnce(() => {
          pause = retryDelay.first;
          isTold = false;
          // What was changed before, nobody told.
          tellAll();
        });
      } catch (error) {
        if (!isTold && !closing.signal.aborted) onTrouble?.(toStoreFailure(error));
        isTold = true;
      }
      await wait(pause, undefined, { signal: closing.signal }).catch(() => undefined);
      pause = Math.min(pause * 2, retryDelay.longest);
    }
  };
  return {
    watch(callback) {
      watchers.add(callback);
      listening ??= listen();
      return () => watchers.delete(callback);
    },
    async close() {
      closing.abort();
      await listening;
    },
  };
}
