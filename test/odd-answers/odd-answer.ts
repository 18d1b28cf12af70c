/*
 * Answers as upstreams may send them although their documentation does not say so, and content that not every API has a
 * field for. Each word in capital letters is something that the model wrote.
 */

export type Json = Readonly<Record<string, unknown>>;
export type Client = 'chat' | 'responses' | 'messages' | 'gemini';
export type Upstream =
  | 'openai-chat'
  | 'openai-responses'
  | 'vertex-anthropic'
  | 'vertex-gemini'
  | 'gemini-chat'
  | 'unified';

export interface OddAnswer {
  readonly name: string;
  readonly upstream: Upstream;
  /** The body of an answer that is not streamed. */
  readonly whole: unknown;
  /** The frames of a stream. */
  readonly frames: readonly unknown[];
  /** What every client gets, streamed or not. */
  readonly words: readonly string[];
  /** What clients of an API get as well. */
  readonly also?: Partial<Record<Client, readonly string[]>>;
  /** The API whose schemas do not allow what its own vendor sent. */
  readonly beyond?: Client;
  /** The API whose clients get the stream as it is, in an order that its SDK does not accept. */
  readonly unreadable?: Client;
  /** What an API has no field for, which the warnings report. */
  readonly lost?: Partial<Record<Client, readonly string[]>>;
}

/** An image of 70 bytes. */
export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The same loss for several APIs. */
export const withoutField = (name: string, clients: readonly Client[]) =>
  Object.fromEntries(clients.map((client) => [client, [name]]));

export const notOpenai = ['messages', 'gemini'] as const;
