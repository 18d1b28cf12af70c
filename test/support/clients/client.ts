/** A hand-written client of one API: it writes requests for a conversation and reads answers. */
export interface Client {
  readonly name: string;
  write(asked: Asked): { readonly path: string; readonly body: object };
  /** @throws Error if the answer violates a rule of the API */
  readWhole(text: string): Said;
  /** @throws Error if the stream violates a rule of the API */
  readStream(text: string): Said;
  /** The message of an error body or of an error at the end of a stream. */
  readFailure(text: string): string;
  /** Its finish reasons. */
  readonly ends: Readonly<Record<'stop' | 'length' | 'calls', string>>;
  /** Optional members. */
  readonly optional: readonly string[];
  /** Whether tool results can contain images. */
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
  /** Tokens: `input` includes cached tokens, `output` includes reasoning. */
  readonly usage: { readonly input: number; readonly output: number; readonly cached: number };
  /** The turn in the form in which the client sends it back. */
  readonly turn: readonly object[];
}

/** The parameters of every tool. */
export const toolParameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
};
