import { nameOfException } from '../dialects/error-body.ts';
import { isRecord, type JsonRecord, parseJson, readArray, readNumber, readRecord, readText } from '../lib/json.ts';

/** The contents of an error body of any format, before classification. */
export interface ErrorDetails {
  /** The innermost human-readable message. */
  readonly message: string | undefined;
  /** Codes, types and status words (`rate_limit_error`, `USER_BLOCKED`, …) in lower case, innermost first. */
  readonly words: readonly string[];
  /** The parameter the vendor objects to. */
  readonly parameter: string | undefined;
  /** An HTTP status in the body. */
  readonly status: number | undefined;
  /** The wait that a field of the body asks for; not validated yet. */
  readonly retryAfterSeconds: number | undefined;
  /** True when the body has a credit balance. */
  readonly hasBalance: boolean;
  /** True when a credit balance in the body is used up. */
  readonly balanceUsedUp: boolean;
  /** True when the body names the requested path, as Spring's error pages do. */
  readonly hasPath: boolean;
  /** True for a web page, which comes from something between the gateway and the upstream. */
  readonly html: boolean;
}

/** Maximum nesting of error bodies; guards against bodies built to exhaust the stack. */
const maxDepth = 6;

/** How much of a page or message is read, in characters. */
const maxHeadLength = 8_192;

const nothing: ErrorDetails = {
  message: undefined,
  words: [],
  parameter: undefined,
  status: undefined,
  retryAfterSeconds: undefined,
  hasBalance: false,
  balanceUsedUp: false,
  hasPath: false,
  html: false,
};

/**
 * Reads an error body's text. Formats seen from the Atlassian AI Gateway: `{message}`, `{error: "…", message}`,
 * `{upstream: {content: <vendor error>}}` with the vendor's error as an object or as JSON text, `{error: {message, type,
 * param, code}}`, `{type: "error", error: {type, message}}`, `{error: {code, message, status}}`, the credits body
 * `{status, balance, retryAfterSeconds}`, FastAPI's `{detail}`, lists of any of these, plain text and HTML.
 */
export function readErrorBody(text: string): ErrorDetails {
  return readErrorText(text, 0);
}

/** `readErrorBody` for a body that is already parsed. */
export function readErrorValue(value: unknown): ErrorDetails {
  return readValue(value, 0);
}

function readErrorText(text: string, depth: number): ErrorDetails {
  const trimmed = text.trim();
  if (trimmed === '') return nothing;
  if (trimmed.startsWith('<')) return { ...nothing, message: readHtml(trimmed), html: true };
  if (/^[[{"]/.test(trimmed)) {
    const value = parseJson(trimmed);
    return value === undefined ? readBroken(trimmed) : readValue(value, depth + 1);
  }
  return { ...nothing, message: withoutPlatform(trimmed.slice(0, maxHeadLength)) };
}

/** Removes what Bedrock puts before the model's own words. */
function withoutPlatform(message: string): string {
  return message.replace(/^(?:\w+Exception: )?The model returned the following errors: (?=.)/i, '');
}

/**
 * Broken JSON is not shown as a message. One proxy reports a context overflow as a Python object (protocol notes,
 * section 4).
 */
function readBroken(text: string): ErrorDetails {
  const isOverflow = /'statusCode': 413\b|exceed context limit/.test(text.slice(0, maxHeadLength));
  return isOverflow ? { ...nothing, words: ['context_length_exceeded'] } : nothing;
}

function readValue(value: unknown, depth: number): ErrorDetails {
  if (depth > maxDepth) return nothing;
  if (typeof value === 'string') return readErrorText(value, depth + 1);
  if (Array.isArray(value)) return readFirst(value, depth);
  if (isRecord(value)) return readObject(value, depth);
  return nothing;
}

function readFirst(values: readonly unknown[], depth: number): ErrorDetails {
  for (const value of values) {
    const details = readValue(value, depth + 1);
    if (details.message !== undefined || details.words.length > 0) return details;
  }
  return nothing;
}

/** Reads the members that may hold another error body, the vendor's own first. */
function readInner(body: JsonRecord, depth: number): ErrorDetails {
  const upstream = body.upstream;
  const candidates = [
    isRecord(upstream) ? (upstream.content ?? upstream) : upstream,
    readRecord(body.response_payload).error,
    readRecord(body.response).error,
    typeof body.error === 'string' && body.message !== undefined ? undefined : body.error,
    body.errors,
    Array.isArray(body.detail) ? body.detail : undefined,
  ];
  for (const candidate of candidates) {
    const details = readValue(candidate, depth + 1);
    if (details.message !== undefined || details.words.length > 0) return details;
  }
  return nothing;
}

function readObject(body: JsonRecord, depth: number): ErrorDetails {
  const exception = nameOfException(body);
  const inner = exception === undefined ? readInner(body, depth) : readValue(body[exception], depth + 1);
  const words = [exception, body.code, body.type, body.status, body.error, body.reason, body.__type]
    .flatMap((word) => (typeof word === 'string' && /^[\w.#-]{2,80}$/.test(word) ? [word.toLowerCase()] : []))
    .filter((word) => word !== 'error');
  return {
    message: inner.message ?? readMessage(body, depth),
    words: [...inner.words, ...words],
    parameter: inner.parameter ?? readParameter(body.param),
    status: inner.status ?? readStatus(body),
    retryAfterSeconds: inner.retryAfterSeconds ?? readRetryFields(body),
    hasBalance: inner.hasBalance || isRecord(body.balance),
    balanceUsedUp: inner.balanceUsedUp || isUsedUp(readRecord(body.balance)),
    hasPath: inner.hasPath || readText(body.path) !== undefined,
    html: inner.html,
  };
}

function readMessage(body: JsonRecord, depth: number): string | undefined {
  for (const name of ['message', 'Message', 'errorMessage', 'error_description', 'detail', 'title', 'msg']) {
    const text = readText(body[name]);
    if (text === undefined) continue;
    // FastAPI: `{"detail": [{"loc": ["body", "messages"], "msg": "Field required"}]}`.
    if (name === 'msg' && Array.isArray(body.loc)) return `${body.loc.join('.')}: ${text}`.slice(0, maxHeadLength);
    // A message may be a vendor's whole error as JSON text.
    return readErrorText(text, depth + 1).message ?? text.slice(0, maxHeadLength);
  }
  return undefined;
}

/** Anything but a path to a member, such as `messages[0].content`, is not shown to clients. */
function readParameter(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.$/[\]-]{1,200}$/.test(value) ? value : undefined;
}

function readStatus(body: JsonRecord): number | undefined {
  for (const name of ['code', 'status', 'statusCode', 'status_code']) {
    const number = readNumber(body[name]);
    if (number !== undefined && Number.isInteger(number) && number >= 400 && number < 600) return number;
  }
  return undefined;
}

function readRetryFields(body: JsonRecord): number | undefined {
  for (const name of ['retryAfterSeconds', 'retry_after_seconds', 'retryAfter', 'retry_after']) {
    const number = readNumber(body[name]);
    if (number !== undefined) return number;
  }
  // Google's RetryInfo: {"details": [{"retryDelay": "20s"}]}.
  for (const detail of readArray(body.details)) {
    const delay = /^(\d+(?:\.\d+)?)s$/.exec(readText(readRecord(detail).retryDelay) ?? '');
    if (delay !== null) return Number(delay[1]);
  }
  return undefined;
}

function isUsedUp(balance: JsonRecord): boolean {
  return ['monthlyRemaining', 'dailyRemaining', 'remaining'].some((name) => {
    const remaining = readNumber(balance[name]);
    return remaining !== undefined && remaining <= 0;
  });
}

/** A web page's title, or its text when it has no title. */
function readHtml(html: string): string | undefined {
  const head = html.slice(0, maxHeadLength);
  const title = /<title[^<>]*>([^<]*)<\/title>/i.exec(head)?.[1] ?? '';
  const text = (title.trim() === '' ? readWords(head) : title).replaceAll(/\s+/g, ' ').trim();
  return text === '' ? undefined : text;
}

function readWords(html: string): string {
  return withoutElements(withoutElements(html, 'script'), 'style').replaceAll(/<[^<>]*>?/g, ' ');
}

/** Removes the elements with this name. As in browsers, an unclosed one extends to the end. */
function withoutElements(html: string, name: string): string {
  const lower = html.toLowerCase();
  let kept = '';
  let position = 0;
  for (;;) {
    const start = lower.indexOf(`<${name}`, position);
    if (start === -1) return kept + html.slice(position);
    kept += `${html.slice(position, start)} `;
    const end = lower.indexOf(`</${name}>`, start);
    if (end === -1) return kept;
    position = end + name.length + 3;
  }
}
