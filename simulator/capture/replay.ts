import type { ServerResponse } from 'node:http';
import type { ResponseWatch } from '../control/watch-response.ts';
import { pause } from '../delivery/waiting.ts';
import { asRecord, parseJson } from '../json.ts';
import type { Capture, CapturedExchange, CapturedResponse } from './capture.ts';

/** A request to be answered from the capture. */
export type ReplayRequest = { readonly method: string; readonly url: URL; readonly body: unknown };

/** Answers requests from a capture. */
export class Replay {
  readonly #exchanges: readonly CapturedExchange[];
  /** Replay speed: 2 is twice as fast, 0 does not wait. */
  readonly #speed: number;
  readonly #used = new Map<CapturedExchange, number>();

  constructor(capture: Capture, speed: number) {
    this.#exchanges = capture.exchanges;
    this.#speed = speed;
  }

  /**
   * Finds the exchange for a request: the same method and path, then the best match of query, `model` and `stream`,
   * then the least used one, then the earliest. Null when there is none.
   */
  findExchange(request: ReplayRequest): CapturedExchange | null {
    const fitting = this.#exchanges
      .map((exchange) => ({ exchange, fit: measureFit(exchange, request) }))
      .filter(({ fit }) => fit >= 0);
    const best = Math.max(...fitting.map(({ fit }) => fit));
    const candidates = fitting.filter(({ fit }) => fit === best).map(({ exchange }) => exchange);
    const [first] = candidates.sort((one, other) => this.#uses(one) - this.#uses(other));
    if (first !== undefined) this.#used.set(first, this.#uses(first) + 1);
    return first ?? null;
  }

  #uses(exchange: CapturedExchange): number {
    return this.#used.get(exchange) ?? 0;
  }

  /** Sends the captured answer at its original pace. Breaks the connection if the answer was missing or truncated. */
  async send(
    { response: captured }: CapturedExchange,
    { response, signal, onChunk, onCut }: ResponseWatch & { readonly response: ServerResponse },
  ): Promise<void> {
    const cut = (): void => {
      onCut();
      response.socket?.resetAndDestroy();
    };
    if (captured === null) return cut();
    await this.#wait(captured.atMs, signal);
    if (signal.aborted) return;
    response.writeHead(captured.status, sentHeaders(captured));
    response.flushHeaders();
    let passed = captured.atMs;
    for (const { atMs, bytes } of captured.frames) {
      await this.#wait(atMs - passed, signal);
      if (signal.aborted) return;
      passed = Math.max(passed, atMs);
      await new Promise<void>((resolve) => response.write(bytes, () => resolve()));
      onChunk();
    }
    if (captured.end === 'complete') response.end();
    else cut();
  }

  #wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return this.#speed === 0 ? Promise.resolve() : pause(milliseconds / this.#speed, signal);
  }
}

/** How well an exchange fits a request: below 0 not at all. */
function measureFit({ request }: CapturedExchange, asked: ReplayRequest): number {
  const url = new URL(request.path, 'http://capture');
  if (request.method !== asked.method || decodePath(url.pathname) !== decodePath(asked.url.pathname)) return -1;
  const [captured, sent] = [describeBody(parseJson(request.body ?? '')), describeBody(asked.body)];
  const equals = [url.search === asked.url.search, captured.model === sent.model, captured.stream === sent.stream];
  return equals.filter(Boolean).length;
}

function describeBody(body: unknown): { readonly model: unknown; readonly stream: boolean } {
  const { model, stream, platform_attributes: attributes, request_payload: payload } = asRecord(body);
  return { model: model ?? asRecord(attributes).model, stream: (stream ?? asRecord(payload).stream) === true };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Headers that describe the captured transfer and not the answer. */
const transferHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);

function sentHeaders({ headers }: CapturedResponse): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !transferHeaders.has(name.toLowerCase())));
}
