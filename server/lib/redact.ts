import { type DerivedText, deriveFrom, removeWhiteSpace, undoEscapes } from './decoded-text.ts';
import { formsOfSecret, type SecretForms } from './secret-forms.ts';

const mask = '[redacted]';

/** Patterns of secrets in any text. The first group is kept. */
const secretPatterns: readonly RegExp[] = [
  // Whole headers with any scheme: `Authorization: x`, `"authorization":"x"`, `X-Atlassian-EncodedToken: x`.
  /((?:authorization|x-atlassian-encodedtoken|(?:x-)?api-key|x-goog-api-key|set-cookie|cookie)\\?["']?\s*[:=]\s*\\?["']?)[^"'\r\n\\]+/gi,
  // Only long values: "Basic authentication failed" is left unchanged.
  /(\b(?:basic|bearer)\s+)[A-Za-z0-9+/_.~=-]{16,}/gi,
  // Atlassian tokens: ATATT… (user), ATCTT… (app), ATSTT… (service).
  /()\bAT[A-Z]TT[A-Za-z0-9_=+/.-]{4,}/g,
  /()\bsk-[A-Za-z0-9_-]{8,}/g,
  // Does not start at an `eyJ` inside another one, because each would search for the same dot (quadratic time).
  /()(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g,
  // User names, passwords and tokens in URLs.
  /(:\/\/)[^\s/@]+(?=@)/g,
];

/** Maximum number of escape levels to decode, as in JSON in JSON in a URL. */
const maxEscapeLevels = 3;

/**
 * Prepares text for logging, storing or showing: redacts secrets, escapes control characters, and limits the length.
 * The time is proportional to `maxLength`, whatever the text.
 *
 * @param text any text, including the upstream's
 * @param secrets known secrets (tokens, `email:token` pairs). They are masked in plain text, base64 and hexadecimal,
 * even if partly escaped (URL, JSON, HTML) or split by white space
 * @param maxLength in UTF-16 units, including the ellipsis
 */
export function redactText(text: string, secrets: readonly string[] = [], maxLength = 500): string {
  const forms = secrets.flatMap((secret) => formsOfSecret(secret) ?? []);
  const { window, uncertainLength } = cutWindow(text, maxLength, forms);
  const ranges = views(window, forms).flatMap((view) => findSecrets(view, forms, window));
  const clean = maskRanges(window, ranges);
  return boundText(escapeControls(clean.slice(0, clean.length - uncertainLength)), maxLength);
}

/** No pattern needs more characters than this to recognise a secret that was cut off. */
const maxPrefixLength = 64;

/**
 * Cuts a text to the length that can matter. It is longer than the maximum, because masks shorten the text.
 *
 * @returns in `uncertainLength`, the number of characters at the end that may begin a secret that was cut off
 */
function cutWindow(text: string, maxLength: number, forms: readonly SecretForms[]) {
  const length = 2 * maxLength + 2048;
  if (text.length <= length) return { window: text, uncertainLength: 0 };
  const longest = Math.max(
    maxPrefixLength,
    ...forms.flatMap(({ plain, base64 }) => [...plain, ...base64]).map(lengthOf),
  );
  return { window: text.slice(0, length), uncertainLength: longest };
}

const lengthOf = (text: string) => text.length;

/** The text itself and the text with one, two, … levels of escapes decoded, each with and without white space. */
function views(text: string, forms: readonly SecretForms[]): DerivedText[] {
  const found: DerivedText[] = [];
  let view: DerivedText | undefined = deriveFrom(text);
  for (let level = 0; view !== undefined && level <= maxEscapeLevels; level += 1) {
    found.push(view);
    const packed = forms.length === 0 ? undefined : removeWhiteSpace(view);
    if (packed !== undefined) found.push(packed);
    view = undoEscapes(view);
  }
  return found;
}

/** Start and exclusive end in the original text. */
type Range = readonly [number, number];

function findSecrets(view: DerivedText, forms: readonly SecretForms[], original: string): Range[] {
  const { text, starts, ends } = view;
  const toOriginal = (start: number, end: number): Range => [starts[start] ?? 0, ends[end - 1] ?? 0];
  const ranges: Range[] = [];
  for (const pattern of secretPatterns) {
    for (const match of text.matchAll(pattern)) {
      ranges.push(toOriginal(match.index + (match[1] ?? '').length, match.index + match[0].length));
    }
  }
  for (const { plain, base64 } of forms) {
    for (const form of plain) {
      for (const start of indexesOf(text, form)) ranges.push(toOriginal(start, start + form.length));
    }
    for (const form of base64) {
      for (const start of indexesOf(text, form)) ranges.push(widen(toOriginal(start, start + form.length), original));
    }
  }
  return ranges;
}

function* indexesOf(text: string, part: string): Generator<number> {
  for (let index = text.indexOf(part); index >= 0; index = text.indexOf(part, index + part.length)) yield index;
}

/** Extends a range to the whole base64 text around it. */
function widen([start, end]: Range, text: string): Range {
  let [first, last] = [start, end];
  while (isBase64(text.charCodeAt(first - 1))) first -= 1;
  while (isBase64(text.charCodeAt(last))) last += 1;
  return [first, last];
}

const base64Codes = new Set(
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_='].map((c) => c.charCodeAt(0)),
);
const isBase64 = (code: number) => base64Codes.has(code);

function maskRanges(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text;
  let clean = '';
  let position = 0;
  for (const [start, end] of ranges.toSorted((one, other) => one[0] - other[0] || other[1] - one[1])) {
    if (end <= position) continue;
    // Merges a secret with the previous one if they overlap or touch.
    if (start > position || position === 0) clean += text.slice(position, start) + mask;
    position = end;
  }
  return clean + text.slice(position);
}

/** Cuts a text to a length, ending with an ellipsis. Never splits a character. */
export function boundText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, Math.max(0, maxLength - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * Escapes control and bidirectional characters as `\n`, `\u001b`, …, so that a log line stays one line and terminals
 * ignore them.
 */
export function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must match them
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
