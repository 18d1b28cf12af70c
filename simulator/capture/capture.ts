import { asArray, isRecord, type JsonRecord, parseJson } from '../json.ts';

/**
 * One chunk of a response body as received, after decoding its content coding. Times are milliseconds since sending.
 */
export type CapturedFrame = { readonly atMs: number; readonly bytes: Buffer };

export type CapturedResponse = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the headers arrived. */
  readonly atMs: number;
  readonly frames: readonly CapturedFrame[];
  /** `cut` when the connection broke before the body's end. */
  readonly end: 'complete' | 'cut';
};

export type CapturedExchange = {
  readonly route: string;
  readonly request: {
    readonly method: string;
    /** Path and query. */
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  };
  /** Null if there was no response; `error` says why. */
  readonly response: CapturedResponse | null;
  readonly error: string | null;
};

/** What `atlassian-proxy doctor --capture` writes; the README describes the file. */
export type Capture = {
  readonly madeAt: string;
  readonly origin: string;
  readonly exchanges: readonly CapturedExchange[];
};

const captureFormat = 'atlassian-proxy-capture';
const captureVersion = 1;

/** Reads a capture file (JSON Lines). Throws an error that names the line and the member if it is invalid. */
export function parseCapture(text: string): Capture {
  const [first, ...others] = text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '');
  const head = new Member(readLine(first?.line ?? '', first?.number ?? 1), `line ${first?.number ?? 1}`);
  if (head.text('format') !== captureFormat) throw head.fault('format', `"${captureFormat}"`);
  if (head.number('version') !== captureVersion) throw head.fault('version', String(captureVersion));
  return {
    madeAt: head.text('madeAt'),
    origin: head.text('origin'),
    exchanges: others.map(({ line, number }) => readExchange(new Member(readLine(line, number), `line ${number}`))),
  };
}

function readLine(line: string, number: number): JsonRecord {
  const value = parseJson(line);
  if (!isRecord(value)) throw new Error(`line ${number}: expected a JSON object`);
  return value;
}

function readExchange(exchange: Member): CapturedExchange {
  const request = exchange.object('request');
  const response = exchange.objectOrNull('response');
  return {
    route: exchange.text('route'),
    request: {
      method: request.text('method'),
      path: request.text('path'),
      headers: request.texts('headers'),
      body: request.textOrNull('body'),
    },
    response: response === null ? null : readResponse(response),
    error: exchange.textOrNull('error'),
  };
}

function readResponse(response: Member): CapturedResponse {
  const end = response.text('end');
  if (end !== 'complete' && end !== 'cut') throw response.fault('end', '"complete" or "cut"');
  return {
    status: response.number('status'),
    headers: response.texts('headers'),
    atMs: response.number('atMs'),
    frames: response.objects('frames').map(readFrame),
    end,
  };
}

function readFrame(frame: Member): CapturedFrame {
  const text = frame.textOrNull('text');
  const bytes = text === null ? Buffer.from(frame.text('base64'), 'base64') : Buffer.from(text, 'utf8');
  return { atMs: frame.number('atMs'), bytes };
}

/** Reads typed members of an object in the file; errors name its position. */
class Member {
  readonly #value: JsonRecord;
  readonly #where: string;

  constructor(value: JsonRecord, where: string) {
    this.#value = value;
    this.#where = where;
  }

  fault(name: string, expected: string): Error {
    return new Error(`${this.#where}: ${name}: expected ${expected}`);
  }

  text(name: string): string {
    const held = this.#value[name];
    if (typeof held !== 'string') throw this.fault(name, 'a text');
    return held;
  }

  /** A text; null when it is null or absent. */
  textOrNull(name: string): string | null {
    return this.#value[name] === undefined || this.#value[name] === null ? null : this.text(name);
  }

  /** A non-negative integer. */
  number(name: string): number {
    const held = this.#value[name];
    if (typeof held !== 'number' || !Number.isInteger(held) || held < 0) throw this.fault(name, 'a whole number');
    return held;
  }

  object(name: string): Member {
    const held = this.#value[name];
    if (!isRecord(held)) throw this.fault(name, 'an object');
    return new Member(held, `${this.#where}: ${name}`);
  }

  objectOrNull(name: string): Member | null {
    return this.#value[name] === null ? null : this.object(name);
  }

  objects(name: string): readonly Member[] {
    const held = this.#value[name];
    if (!Array.isArray(held)) throw this.fault(name, 'a list');
    return asArray(held).map((item, index) => {
      if (!isRecord(item)) throw this.fault(`${name}[${index}]`, 'an object');
      return new Member(item, `${this.#where}: ${name}[${index}]`);
    });
  }

  /** An object whose values are texts. */
  texts(name: string): Readonly<Record<string, string>> {
    const held = this.#value[name];
    if (!isRecord(held)) throw this.fault(name, 'an object of texts');
    return Object.fromEntries(
      Object.entries(held).map(([member, value]) => {
        if (typeof value !== 'string') throw this.fault(`${name}.${member}`, 'a text');
        return [member, value];
      }),
    );
  }
}
