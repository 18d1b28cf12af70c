import type { z } from 'zod';
import type { AlertMessage } from '../write-message.ts';

/** What is to be sent over HTTP. */
export interface ChannelCall {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came back. */
export interface ChannelAnswer {
  readonly status: number;
  /** At most some kilobytes of it. */
  readonly body: string;
}

/** One chat service, or whoever takes JSON by HTTP. */
export interface HttpChannel {
  /**
   * @param values as they are kept
   * @param id of this message, the same when it is sent again
   * @throws ZodError when the values are not what this channel needs
   */
  readonly write: (values: Readonly<Record<string, string>>, message: AlertMessage, id: string) => ChannelCall;
  /** @returns why it was not taken; undefined when it was */
  readonly findRefusal: (answer: ChannelAnswer) => string | undefined;
}

/** A channel that gets its values as its schema reads them. */
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

/** The message as plain text, the title first. */
export function toText({ title, lines, link }: AlertMessage): string {
  return [title, ...lines, ...(link === undefined ? [] : [link])].join('\n');
}

/** What is wrong by the status alone. */
export function refusalByStatus({ status, body }: ChannelAnswer): string | undefined {
  return status >= 200 && status < 300 ? undefined : `HTTP ${status}${body === '' ? '' : `: ${body}`}`;
}

/** For services that answer 200 whatever they think: their own code must be 0. */
export function refusalByCode(answer: ChannelAnswer, ...names: readonly string[]): string | undefined {
  const byStatus = refusalByStatus(answer);
  if (byStatus !== undefined) return byStatus;
  const code = readCode(answer.body, names);
  return code === 0 ? undefined : answer.body === '' ? 'an empty answer' : answer.body;
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
