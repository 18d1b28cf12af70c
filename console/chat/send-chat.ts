import { z } from 'zod';
import { readError, send } from '../api.ts';
import { type Answer, addPiece, emptyAnswer } from './answer.ts';
import { createEventDataReader } from './event-data.ts';

export interface ChatTimes {
  /** Milliseconds from sending to the first content; null until then. */
  readonly firstToken: number | null;
  /** Milliseconds from sending to now, or to the end. */
  readonly total: number;
}

interface SendChatOptions {
  /** On the gateway's own origin. */
  readonly path: string;
  readonly body: unknown;
  /** If absent, the admin's session is used. */
  readonly key?: string;
  readonly signal: AbortSignal;
  /** Called when the gateway starts to answer. */
  readonly onRequestId?: (id: string) => void;
  /** Called after each chunk. */
  readonly onProgress?: (answer: Answer, times: ChatTimes) => void;
}

const clientError = z.object({ error: z.object({ message: z.string() }) });

/** An error response of the client API before any content. */
export class ChatRefusal extends Error {
  override readonly name = 'ChatRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Sends a Chat Completions request, streaming or not, and reports its answer as it arrives.
 * @throws AdminApiError if there is no response or the session has ended; ChatRefusal for every other error
 */
export async function sendChat({ path, body, key, signal, onRequestId, onProgress }: SendChatOptions) {
  const start = performance.now();
  const response = await send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
    signal,
  });
  const id = response.headers.get('x-request-id');
  if (id !== null) onRequestId?.(id);
  if (!response.ok) throw await readRefusal(response, key === undefined);
  let answer = emptyAnswer;
  let times: ChatTimes = { firstToken: null, total: 0 };
  for await (const json of readPieces(response)) {
    answer = addPiece(answer, json);
    const total = Math.round(performance.now() - start);
    const begun = answer.text !== '' || answer.reasoning !== '' || answer.toolCalls.length > 0;
    times = { firstToken: times.firstToken ?? (begun ? total : null), total };
    onProgress?.(answer, times);
  }
  times = { ...times, total: Math.round(performance.now() - start) };
  return { answer, times, status: response.status, headers: response.headers };
}

async function readRefusal(response: Response, asAdmin: boolean): Promise<Error> {
  if (asAdmin && (response.status === 401 || response.status === 403)) return readError(response);
  const parsed = clientError.safeParse(await response.json().catch(() => undefined));
  return new ChatRefusal(response.status, parsed.success ? parsed.data.error.message : `HTTP ${response.status}`);
}

async function* readPieces(response: Response): AsyncGenerator<unknown> {
  if (!response.headers.get('content-type')?.includes('text/event-stream') || response.body === null) {
    yield await response.json();
    return;
  }
  const reader = createEventDataReader();
  const chunks = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await chunks.read();
      for (const data of done ? reader.end() : reader.push(value)) {
        if (data !== '[DONE]') yield JSON.parse(data);
      }
      if (done) return;
    }
  } finally {
    await chunks.cancel().catch(() => undefined);
  }
}
