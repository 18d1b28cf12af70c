import type { z } from 'zod';
import type { AlertMessage } from '../write-message.ts';

/** An HTTP request to send. */
export interface ChannelCall {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The HTTP response. */
export interface ChannelAnswer {
  readonly status: number;
  /** Truncated to a few kilobytes. */
  readonly body: string;
}

/** A chat service, or any other receiver of JSON over HTTP. */
export interface HttpChannel {
  /**
   * @param values as stored
   * @param id id of this message, the same for every retry
   * @throws ZodError if the values are not valid for this channel
   */
  readonly write: (values: Readonly<Record<string, string>>, message: AlertMessage, id: string) => ChannelCall;
  /** @returns why the message was rejected; undefined if it was accepted */
  readonly findRefusal: (answer: ChannelAnswer) => string | undefined;
}

/** Defines a channel whose values are parsed by its schema. */
export function defineHttpChannel<Schema extends z.ZodType>(
  schema: Schema,
  {
    write,
    findRefusal,
  }: {
    readonly write: (values: z.output<Schema>, message: AlertMessage, id: string) => ChannelCall;
    readonly findRefusal: HttpChannel['findRefusal'];
  },
): HttpChannel {
  return { write: (values, message, id) => write(schema.parse(values), message, id), findRefusal };
}

/** The message as plain text, beginning with the title. */
export function toText({ title, lines, link }: AlertMessage): string {
  return [title, ...lines, ...(link === undefined ? [] : [link])].join('\n');
}

/** The error according to the HTTP status; undefined for success. */
export function refusalByStatus({ status, body }: ChannelAnswer): string | undefined {
  return status >= 200 && status < 300 ? undefined : `HTTP ${status}${body === '' ? '' : `: ${body}`}`;
}

/** For services that always respond with 200: their own code must be 0. */
export function refusalByCode(answer: ChannelAnswer, ...names: readonly string[]): string | undefined {
  const byStatus = refusalByStatus(answer);
  if (byStatus !== undefined) return byStatus;
  const code = readCode(answer.body, names);
  return code === 0 ? undefined : answer.body === '' ? 'an empty response' : answer.body;
}

function readCode(body: string, names: readonly string[]): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const members = new Map<string, unknown>(Object.entries(parsed));
    return names.map((name) => members.get(name)).find((code) => code !== undefined);
  } catch {
    return undefined;
  }
}

export const json = { 'content-type': 'application/json; charset=utf-8' } as const;
