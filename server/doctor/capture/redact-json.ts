import { isModelId, maskAll, maskId, maskWords, type PersonalWords } from './mask.ts';

export interface JsonPolicy {
  readonly personal: PersonalWords;
  /** Also masks numbers, keeping only their length. */
  readonly masksNumbers: boolean;
}

/** Members with text by a user or a model, or with names; in lower case, without underscores. */
const contentMembers: ReadonlySet<string> = new Set(
  (
    'text content thinking refusal partialjson reasoning reasoningcontent signature thoughtsignature data summary delta prompt ' +
    'encryptedcontent encodedtoken outputtext output query name displayname fullname firstname lastname username nickname email ' +
    'label instructions siteurl url uri citedtext quote transcript cwd title'
  ).split(' '),
);
/** Members whose entire value is content, at any depth. */
const deepMembers: ReadonlySet<string> = new Set(['arguments', 'args', 'input', 'metadata']);
/** Members whose text is a type or status. */
const kindMembers: ReadonlySet<string> = new Set(
  'type role object status code event stopreason finishreason model modelversion servicetier'.split(' '),
);
/** A number with more digits may be an id. */
const maxNumberLength = 10;

/**
 * Removes all personal data from JSON text, which may be truncated or malformed. Format and byte length stay the same.
 */
export function redactJson(text: string, policy: JsonPolicy): string {
  return new JsonRedaction(text, policy).redact();
}

const tokens = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|-?[0-9][0-9.eE+-]*|[{}[\],:]|[^"{}[\],:0-9-]+|-/g;

class JsonRedaction {
  readonly #text: string;
  readonly #policy: JsonPolicy;
  /** The enclosing members, innermost last. */
  readonly #around: string[] = [];
  /** How many of the enclosing members are content only. */
  #deep = 0;
  #member = '';

  constructor(text: string, policy: JsonPolicy) {
    this.#text = text;
    this.#policy = policy;
  }

  redact(): string {
    let out = '';
    for (const { 0: token, index } of this.#text.matchAll(tokens))
      out += this.#redactToken(token, index + token.length);
    return out;
  }

  #redactToken(token: string, end: number): string {
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
    // A truncated string may be anything.
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
    const isPersonal = this.#policy.masksNumbers || this.#isDeep() || token.length > maxNumberLength;
    return isPersonal ? token.replaceAll(/[1-9]/g, '1') : token;
  }

  #isDeep(): boolean {
    return this.#deep > 0 || deepMembers.has(this.#member);
  }
}

/** Keeps a vendor's type or status word, even an unknown one. */
export function redactKind(raw: string, personal: PersonalWords): string {
  const isWord =
    /^[A-Za-z][A-Za-z_.-]{0,50}$/.test(raw) &&
    !raw
      .toLowerCase()
      .split(/[^a-z]/)
      .some((part) => personal.has(part));
  return isWord || isModelId(raw) ? raw : maskRaw(raw, (part) => maskWords(part, personal));
}

const noPersonalWords: PersonalWords = new Set();

/** Keeps a member's name if it consists of API vocabulary; anything else may be data. */
function redactKey(raw: string): string {
  if (isModelId(raw)) return raw;
  return maskRaw(raw, (part) => maskWords(part, noPersonalWords));
}

/** Masks the contents of a string literal. One-character escapes stay; `\u` escapes of letters are masked. */
function maskRaw(raw: string, mask: (part: string) => string): string {
  return raw.replaceAll(/\\u[0-9a-fA-F]{4}|\\[\s\S]|[^\\]+|\\$/g, (part) => {
    if (/^\\u[0-9a-fA-F]{4}$/.test(part)) return /^\\u00[01]/.test(part) ? part : 'x'.repeat(part.length);
    return part.startsWith('\\') ? part : mask(part);
  });
}

/** Whether an odd number of backslashes precedes the position. */
function isEscaped(text: string, place: number): boolean {
  let at = place;
  while (text.charAt(at - 1) === '\\') at -= 1;
  return (place - at) % 2 === 1;
}

function plain(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase();
}
