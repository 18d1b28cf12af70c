import type { Clock } from '../../lib/clock.ts';
import type { SharedStateStatus } from '../shared-state.ts';
import type { RedisClient } from './connect.ts';

export interface LinkOptions {
  readonly client: RedisClient;
  readonly clock: Clock;
  /** Told once each time the server goes away, and once when it is back. */
  readonly onLost: (error: unknown) => void;
  readonly onFound: () => void;
}

/** After a failure, the server is left alone for so long; milliseconds. */
const pause = 500;

/** The way to the server: what cannot be asked there is done here instead, and nobody waits for a server that is away. */
export class RedisLink {
  readonly #options: LinkOptions;
  readonly #joiners = new Set<() => void>();
  #isShared = false;
  #since: number;
  #pausedUntil = 0;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#since = options.clock();
    const { client } = options;
    client.on('ready', () => {
      this.#pausedUntil = 0;
      // Whatever comes after it on this connection comes after what the joiners send.
      this.#join();
    });
    client.on('close', () => this.#lose(new Error('The connection was closed.')));
    if (client.status === 'ready') this.#join();
  }

  get status(): SharedStateStatus {
    return { kind: 'redis', isShared: this.#isShared, since: this.#since };
  }

  /** @param instead what is done where the server cannot be asked */
  async ask<Result>(
    command: (client: RedisClient) => Promise<Result>,
    instead: () => Result | Promise<Result>,
  ): Promise<Result> {
    if (!this.#mayAsk()) return instead();
    try {
      const result = await command(this.#options.client);
      this.#join();
      return result;
    } catch (error) {
      this.#lose(error);
      return instead();
    }
  }

  /** For what nobody waits for. @param instead what is done where it cannot be sent */
  send(command: (client: RedisClient) => Promise<unknown>, instead: () => void = () => undefined): void {
    void this.ask(command, instead);
  }

  /** Calls back whenever the server is there again, before anything else is asked of it. */
  onJoin(joiner: () => void): void {
    this.#joiners.add(joiner);
  }

  close(): void {
    this.#isClosed = true;
  }

  #mayAsk(): boolean {
    return this.#options.client.status === 'ready' && this.#options.clock() >= this.#pausedUntil;
  }

  #join(): void {
    if (this.#isShared || this.#isClosed) return;
    this.#isShared = true;
    this.#since = this.#options.clock();
    for (const joiner of this.#joiners) joiner();
    this.#options.onFound();
  }

  #lose(error: unknown): void {
    this.#pausedUntil = this.#options.clock() + pause;
    if (!this.#isShared || this.#isClosed) return;
    this.#isShared = false;
    this.#since = this.#options.clock();
    this.#options.onLost(error);
  }
}
