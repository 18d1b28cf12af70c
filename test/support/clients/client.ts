/** A client of one of the APIs, written by hand: what it sends for a conversation, and what it understands of an answer. */
export interface Client {
  readonly name: string;
  write(asked: Asked): { readonly path: string; readonly body: object };
  /** @throws Error when the answer breaks a rule of the API */
  readWhole(text: string): Said;
  /** @throws Error when the stream breaks a rule of the API */
  readStream(text: string): Said;
  /** The message of an error, be it a body or the end of a stream. */
  readFailure(text: string): string;
  /** Its words for ends. */
  readonly ends: Readonly<Record<'stop' | 'length' | 'calls', string>>;
  /** Members that it may leave out. */
  readonly optional: readonly string[];
  /** Whether it can show a picture in a tool's result. */
  readonly showsResults: boolean;
}

export interface Asked {
  readonly model: string;
  readonly stream: boolean;
  readonly turns: readonly Turn[];
  readonly tools?: readonly string[];
  readonly thinks?: boolean;
  readonly schema?: object;
  readonly maxTokens?: number;
}

export type Turn = { readonly user: string } | { readonly said: Said } | { readonly results: readonly Result[] };

export interface Call {
  readonly id: string;
  readonly name: string;
  /** As JSON. */
  readonly arguments: string;
}

export interface Result {
  readonly call: Call;
  readonly output: string;
  /** A PNG as base64. */
  readonly picture?: string;
  readonly failed?: boolean;
}

export interface Said {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly Call[];
  readonly end: string;
  /** Tokens: `input` with those from caches, `output` with those of reasoning. */
  readonly usage: { readonly input: number; readonly output: number; readonly cached: number };
  /** What the client sends back as this turn. */
  readonly turn: readonly object[];
}

/** The parameters of every tool. */
export const toolParameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
};
