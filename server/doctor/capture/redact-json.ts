import { isModelId, maskAll, maskId, maskWords, type PersonalWords } from './mask.ts';

export interface JsonPolicy {
  readonly personal: PersonalWords;
  /** Numbers are an account's, too: only their length is kept. */
  readonly masksNumbers: boolean;
}

/** Members whose text is what somebody or a model said, or names somebody; in lower case, without underscores. */
const contentMembers: ReadonlySet<string> = new Set(
  (
    'text content thinking refusal partialjson reasoning reasoningcontent signature thoughtsignature data summary delta prompt ' +
    'encryptedcontent encodedtoken outputtext output query name displayname fullname firstname lastname username nickname email ' +
    'label instructions siteurl url uri citedtext quote transcript cwd title'
  ).split(' '),
);
/** Members in which everything is content, however deep. */
const deepMembers: ReadonlySet<string> = new Set(['arguments', 'args', 'input', 'metadata']);
/** Members whose text says what something is. */
const kindMembers: ReadonlySet<string> = new Set(
  'type role object status code event stopreason finishreason model modelversion servicetier'.split(' '),
);
/** A longer number may be somebody's. */
const longestNumber = 10;

/**
 * JSON text in which nothing is anybody's any more: of the same form and as many bytes. Also what is cut or broken comes
 * out so.
 */
export function redactJson(text: string, policy: JsonPolicy): string {
  return new JsonRedaction(text, policy).run();
}

const tokens = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|-?[0-9][0-9.eE+-]*|[{}[\],:]|[^"{}[\],:0-9-]+|-/g;

class JsonRedaction {
  readonly #text: string;
  readonly #policy: JsonPolicy;
  /** The members around the place, the innermost last. */
  readonly #around: string[] = [];
  /** How many of them have nothing but content. */
  #deep = 0;
  #member = '';

  constructor(text: string, policy: JsonPolicy) {
    this.#text = text;
    this.#policy = policy;
  }

  run(): string {
    let out = '';
    for (const { 0: token, index } of this.#text.matchAll(tokens)) out += this.#redact(token, index + token.length);
    return out;
  }

  #redact(token: string, end: number): string {
    const first = token.charAt(0);
    if (first === '{' || first === '[') this.#enter();
    else if (first === '}' || first === ']') this.#leave();
    else if (first === '"') return this.#redactString(token, end);
    else if (/[0-9-]/.test(first)) return this.#redactNumber(token);
    else if (!/^(?:[\s,:]|true|false|null)+$/.test(token)) return maskAll(token);
    return token;
  }

  #enter(): void {
    this.#around.push(this.#member);
    if (deepMembers.has(this.#member)) this.#deep += 1;
  }

  #leave(): void {
    this.#member = this.#around.pop() ?? '';
    if (deepMembers.has(this.#member)) this.#deep -= 1;
  }

  #redactString(token: string, end: number): string {
    const isClosed = token.length > 1 && token.endsWith('"') && !isEscaped(token, token.length - 1);
    const raw = token.slice(1, isClosed ? -1 : undefined);
    // What is cut may be anything.
    if (!isClosed) return `"${maskRaw(raw, maskAll)}`;
    if (/^\s{0,50}:/.test(this.#text.slice(end, end + 51))) {
      this.#member = plain(raw);
      return `"${this.#deep > 0 ? maskRaw(raw, maskAll) : redactKey(raw)}"`;
    }
    return `"${this.#redactValue(raw)}"`;
  }

  #redactValue(raw: string): string {
    if (kindMembers.has(this.#member)) return redactKind(raw, this.#policy.personal);
    if (this.#isDeep() || contentMembers.has(this.#member)) return maskRaw(raw, maskAll);
    if (isModelId(raw)) return raw;
    return maskId(raw) ?? maskRaw(raw, (part) => maskWords(part, this.#policy.personal));
  }

  #redactNumber(token: string): string {
    const isSomebodys = this.#policy.masksNumbers || this.#isDeep() || token.length > longestNumber;
    return isSomebodys ? token.replaceAll(/[1-9]/g, '1') : token;
  }

  #isDeep(): boolean {
    return this.#deep > 0 || deepMembers.has(this.#member);
  }
}

/** A vendor's word for what something is, which may be one that nobody knows yet. */
export function redactKind(raw: string, personal: PersonalWords): string {
  const isWord =
    /^[A-Za-z][A-Za-z_.-]{0,50}$/.test(raw) &&
    !raw
      .toLowerCase()
      .split(/[^a-z]/)
      .some((part) => personal.has(part));
  return isWord || isModelId(raw) ? raw : maskRaw(raw, (part) => maskWords(part, personal));
}

const nobody: PersonalWords = new Set();

/** A member's name stays when it is made of the APIs' words; anything else may be data. */
function redactKey(raw: string): string {
  if (isModelId(raw)) return raw;
  return maskRaw(raw, (part) => maskWords(part, nobody));
}

/** Masks a string literal's inside. Escapes of one character stay; an escaped letter is masked as what it is. */
function maskRaw(raw: string, mask: (part: string) => string): string {
  return raw.replaceAll(/\\u[0-9a-fA-F]{4}|\\[\s\S]|[^\\]+|\\$/g, (part) => {
    if (/^\\u[0-9a-fA-F]{4}$/.test(part)) return /^\\u00[01]/.test(part) ? part : 'x'.repeat(part.length);
    return part.startsWith('\\') ? part : mask(part);
  });
}

/** Whether an odd number of backslashes stands before the place. */
function isEscaped(text: string, place: number): boolean {
  let at = place;
  while (text.charAt(at - 1) === '\\') at -= 1;
  return (place - at) % 2 === 1;
}

function plain(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase();
}
