import { createHash } from 'node:crypto';
import type { RedisClient } from './connect.ts';

type Argument = string | number;

/** A Lua script that the server runs atomically. `now` is the server's time in milliseconds. */
export class Script {
  readonly #source: string;
  readonly #hash: string;

  constructor(source: string) {
    this.#source = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)\n${source}`;
    this.#hash = createHash('sha1').update(this.#source).digest('hex');
  }

  async evaluate(client: RedisClient, keys: readonly string[], parameters: readonly Argument[]): Promise<unknown> {
    try {
      return await client.evalsha(this.#hash, keys.length, ...keys, ...parameters);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return client.eval(this.#source, keys.length, ...keys, ...parameters);
    }
  }
}
