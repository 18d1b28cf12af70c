import { setTimeout as wait } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { shareRuns } from '../../../lib/share-runs.ts';
import type { StoreFailure } from '../../store-failure.ts';
import { toStoreFailure } from './failure.ts';
import { changesChannel } from './schema.ts';

/** Listens for changes by other gateways and the command line, on its own connection. */
export interface ChangeListener {
  /**
   * Calls back after a change by another program, and whenever one may have been missed. @returns a function that stops
   * it
   */
  watch(callback: () => void): () => void;
  /**
   * Checks for changes now. When it resolves, the watchers have been called for everything committed before the call.
   */
  checkForChanges(): Promise<void>;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly client: ClientConfig;
  /** The name under which this gateway announces its own changes. */
  readonly name: string;
  /** Called once when the connection is lost or cannot be made. */
  readonly onTrouble?: ((failure: StoreFailure) => void) | undefined;
}

/** Shortest and longest delay between two attempts to connect; milliseconds. */
const minRetryDelay = 100;
const maxRetryDelay = 5000;
/** How often to check an idle connection, and how long a check may take; milliseconds. */
const checkInterval = 15_000;
const checkTimeout = 10_000;

/** Connects when the first watcher is added, so a command without watchers needs no connection. */
export function createChangeListener({ client, name, onTrouble }: ListenerOptions): ChangeListener {
  const watchers = new Set<() => void>();
  const closing = new AbortController();
  let session: ListeningSession | undefined;
  let listening: Promise<void> | undefined;

  const notifyAll = () => {
    for (const watcher of watchers) watcher();
  };
  /** Settles when the connection ends. */
  const listenOnce = async (onListening: () => void): Promise<void> => {
    const started = await ListeningSession.start(client, (sender) => {
      if (sender !== name) notifyAll();
    });
    const close = () => started.close();
    closing.signal.addEventListener('abort', close);
    if (closing.signal.aborted) close();
    try {
      session = started;
      onListening();
      // Changes before this point were not announced to this connection.
      notifyAll();
      await started.ended;
    } finally {
      session = undefined;
      closing.signal.removeEventListener('abort', close);
      close();
    }
  };
  const listen = async (): Promise<void> => {
    let pause = minRetryDelay;
    let isTold = false;
    while (!closing.signal.aborted) {
      try {
        await listenOnce(() => {
          pause = minRetryDelay;
          isTold = false;
        });
      } catch (error) {
        if (!isTold && !closing.signal.aborted) onTrouble?.(toStoreFailure(error));
        isTold = true;
      }
      await wait(pause, undefined, { signal: closing.signal }).catch(() => undefined);
      pause = Math.min(pause * 2, maxRetryDelay);
    }
  };
  return {
    watch(callback) {
      watchers.add(callback);
      listening ??= listen();
      return () => watchers.delete(callback);
    },
    async checkForChanges() {
      // Without a connection, any number of changes may have been missed.
      if (session === undefined) notifyAll();
      else await session.check().catch(notifyAll);
    },
    async close() {
      closing.abort();
      await listening;
    },
  };
}

/** A connection that listens for notifications. */
class ListeningSession {
  /** Settles when the connection ends. */
  readonly ended: Promise<void>;
  /** Sends a query. The server delivers pending notifications before its response. */
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

  /** @param onNotification receives the name of the sender */
  static async start(config: ClientConfig, onNotification: (sender: string) => void): Promise<ListeningSession> {
    const client = new Client(config);
    const ended = Promise.withResolvers<void>();
    // It may reject before anything awaits it.
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
