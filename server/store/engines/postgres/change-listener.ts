import { setTimeout as wait } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { shareRuns } from '../../../lib/share-runs.ts';
import type { StoreFailure } from '../../store-failure.ts';
import { toStoreFailure } from './failure.ts';
import { changesChannel } from './schema.ts';

/** Hears what other gateways and the command line change, on a connection of its own. */
export interface ChangeListener {
  /** Calls back after a change of another, and whenever one may have been missed. @returns a function that ends it */
  watch(callback: () => void): () => void;
  /** Looks now: what others committed before the call, the watchers have been told when it resolves. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly client: ClientConfig;
  /** The name that this gateway's own changes come under. */
  readonly name: string;
  /** Told once when the connection is lost or cannot be made. */
  readonly onTrouble?: ((failure: StoreFailure) => void) | undefined;
}

/** The first and the longest pause between two attempts to connect; milliseconds. */
const firstPause = 100;
const longestPause = 5000;
/** How often an idle connection is asked whether it lives, and how long it may take to answer; milliseconds. */
const checkInterval = 15_000;
const checkTimeout = 10_000;

/** Connects with the first watcher: a command that watches nothing needs no connection for it. */
export function createChangeListener({ client, name, onTrouble }: ListenerOptions): ChangeListener {
  const watchers = new Set<() => void>();
  const closing = new AbortController();
  let session: ListeningSession | undefined;
  let listening: Promise<void> | undefined;

  const tellAll = () => {
    for (const watcher of watchers) watcher();
  };
  /** Ends, or throws, when the connection does. */
  const listenOnce = async (onListening: () => void): Promise<void> => {
    const started = await ListeningSession.start(client, (sender) => {
      if (sender !== name) tellAll();
    });
    const close = () => started.close();
    closing.signal.addEventListener('abort', close);
    if (closing.signal.aborted) close();
    try {
      session = started;
      onListening();
      // What was changed before, nobody told.
      tellAll();
      await started.ended;
    } finally {
      session = undefined;
      closing.signal.removeEventListener('abort', close);
      close();
    }
  };
  const listen = async (): Promise<void> => {
    let pause = firstPause;
    let isTold = false;
    while (!closing.signal.aborted) {
      try {
        await listenOnce(() => {
          pause = firstPause;
          isTold = false;
        });
      } catch (error) {
        if (!isTold && !closing.signal.aborted) onTrouble?.(toStoreFailure(error));
        isTold = true;
      }
      await wait(pause, undefined, { signal: closing.signal }).catch(() => undefined);
      pause = Math.min(pause * 2, longestPause);
    }
  };
  return {
    watch(callback) {
      watchers.add(callback);
      listening ??= listen();
      return () => watchers.delete(callback);
    },
    async look() {
      // Who does not listen may have missed anything.
      if (session === undefined) tellAll();
      else await session.check().catch(tellAll);
    },
    async close() {
      closing.abort();
      await listening;
    },
  };
}

/** A connection that listens. */
class ListeningSession {
  /** Settles with the connection's end. */
  readonly ended: Promise<void>;
  /** Asks the server something: what it had to tell comes before its answer. */
  readonly check: () => Promise<void>;
  readonly #client: Client;
  readonly #timer: NodeJS.Timeout;

  private constructor(client: Client, ended: PromiseWithResolvers<void>) {
    this.#client = client;
    this.ended = ended.promise;
    this.check = shareRuns(async () => {
      await client.query({ text: 'select 1', ...{ query_timeout: checkTimeout } });
    });
    this.#timer = setInterval(() => void this.check().catch(ended.reject), checkInterval).unref();
  }

  /** @param onNotification called with the sender's name */
  static async start(config: ClientConfig, onNotification: (sender: string) => void): Promise<ListeningSession> {
    const client = new Client(config);
    const ended = Promise.withResolvers<void>();
    // It may end before somebody waits for it.
    ended.promise.catch(() => undefined);
    client.on('error', ended.reject);
    client.on('end', ended.resolve);
    client.on('notification', ({ payload }) => onNotification(payload ?? ''));
    const session = new ListeningSession(client, ended);
    try {
      await client.connect();
      await client.query(`listen ${changesChannel}`);
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#client.end().catch(() => undefined);
  }
}
