import { type Clock, hasPassed } from '../../lib/clock.ts';
import type { SharedStateStatus } from '../shared-state.ts';
import type { RedisClient } from './connect.ts';

export interface LinkOptions {
  readonly client: RedisClient;
  readonly clock: Clock;
  /** Called once each time the server becomes unreachable, or is unreachable at the start. */
  readonly onLost: (error: unknown) => void;
  /** Called once when it is reachable after that. */
  readonly onFound: () => void;
}

/** How long the server is not used after a failure; milliseconds. */
const pause = 500;

/** Runs commands on the server, or a local replacement while the server is unreachable, without waiting for it. */
export class RedisLink {
  readonly #options: LinkOptions;
  readonly #joinListeners = new Set<() => void>();
  #isShared = false;
  /** `onLost` was called, and `onFound` not yet. */
  #isMissed = false;
  /** Why the connection ends or cannot be established: a wrong password, a refused connection. */
  #reason: unknown;
  #since: number;
  #failedAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#since = options.clock();
    const { client } = options;
    client.on('ready', () => {
      this.#failedAt = Number.NEGATIVE_INFINITY;
      // Commands of the join listeners are sent first on this connection.
      this.#join();
    });
    client.on('error', (error: unknown) => {
      this.#reason = error;
    });
    client.on('close', () => this.#lose(this.#reason ?? new Error('The connection was closed.')));
    if (client.status === 'ready') this.#join();
  }

  get status(): SharedStateStatus {
    return { kind: 'redis', isShared: this.#isShared, since: this.#since };
  }

  /** To be called when the server has had enough time for the first connection. */
  reportStart(): void {
    if (!this.#isShared) this.#miss(this.#reason ?? new Error('There is no connection yet.'));
  }

  /** @param instead runs when the server is unreachable or the command fails */
  async ask<Result>(
    command: (client: RedisClient) => Promise<Result>,
    instead: () => Result | Promise<Result>,
  ): Promise<Result> {
    if (!this.#isUsable()) return instead();
    try {
      const result = await command(this.#options.client);
      this.#join();
      return result;
    } catch (error) {
      this.#lose(error);
      return instead();
    }
  }

  /** Runs a command without waiting for it. @param instead runs when the command fails */
  send(command: (client: RedisClient) => Promise<unknown>, instead: () => void = () => undefined): void {
    void this.ask(command, instead);
  }

  /** Registers a listener that is called whenever the connection is established, before other commands. */
  onJoin(listener: () => void): void {
    this.#joinListeners.add(listener);
  }

  close(): void {
    this.#isClosed = true;
  }

  #isUsable(): boolean {
    return this.#options.client.status === 'ready' && hasPassed(pause, this.#failedAt, this.#options.clock());
  }

  #join(): void {
    if (this.#isShared || this.#isClosed) return;
    this.#isShared = true;
    this.#reason = undefined;
    this.#since = this.#options.clock();
    for (const listener of this.#joinListeners) listener();
    if (this.#isMissed) this.#options.onFound();
    this.#isMissed = false;
  }

  #lose(error: unknown): void {
    this.#failedAt = this.#options.clock();
    if (!this.#isShared || this.#isClosed) return;
    this.#isShared = false;
    this.#since = this.#options.clock();
    this.#miss(error);
  }

  #miss(error: unknown): void {
    this.#isMissed = true;
    this.#options.onLost(error);
  }
}
