import { Buffer } from 'node:buffer';

const mask = '[redacted]';

/** Shorter secrets would mask ordinary words; nothing that short is a token. */
const shortestSecret = 6;

/** What looks like a secret wherever it stands. Each keeps its first group. */
const secretPatterns: readonly RegExp[] = [
  // A whole header, whatever its scheme: `Authorization: x`, `"authorization":"x"`, `X-Atlassian-EncodedToken: x`.
  /((?:authorization|x-atlassian-encodedtoken|x-api-key|x-goog-api-key|set-cookie|cookie)\\?["']?\s*[:=]\s*\\?["']?)[^"'\r\n\\]+/gi,
  // Long enough not to be a word: "Basic authentication failed" stays as it is.
  /(\b(?:basic|bearer)\s+)[A-Za-z0-9+/_.~=-]{16,}/gi,
  // Atlassian's tokens: ATATT… (a person's), ATCTT… (an app's), ATSTT… (a service's).
  /()\bAT[A-Z]TT[A-Za-z0-9_=+/.-]{4,}/g,
  /()\bsk-[A-Za-z0-9_-]{8,}/g,
  /()\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g,
  // Passwords in URLs.
  /(:\/\/)[^\s/@]+:[^\s/@]+(?=@)/g,
];

/**
 * Text that may be logged, stored or shown: without secrets, control characters escaped, bounded.
 *
 * @param text anything, the upstream's words included
 * @param secrets known secrets (tokens, `email:token` pairs); masked as they are and in base64, base64url and URL form
 * @param maximumLength in UTF-16 units, the mark of the cut included; at most some thousands
 */
export function redactText(text: string, secrets: readonly string[] = [], maximumLength = 500): string {
  let clean = text.slice(0, wholeWords(text));
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    for (const form of secretForms(secret)) clean = clean.replaceAll(form, mask);
  }
  for (const pattern of secretPatterns) clean = clean.replaceAll(pattern, `$1${mask}`);
  return boundText(escapeControls(clean), maximumLength);
}

/** Text behind this is not looked at: no bound is near it. */
const longestText = 16_384;

/** Where to cut text that is too long to look at, so that no secret is cut to a rest that is not known for one. */
function wholeWords(text: string): number {
  if (text.length <= longestText) return text.length;
  const space = text.lastIndexOf(' ', longestText);
  return space === -1 ? longestText : space;
}

/** Cuts text to a length, marking the cut, and never in the middle of a character. */
export function boundText(text: string, maximumLength: number): string {
  if (text.length <= maximumLength) return text;
  return `${text.slice(0, Math.max(0, maximumLength - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Control and direction-changing characters as `\n`, `\u001b`, …: a log line stays one line and no terminal obeys it. */
export function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The longest form first, so that no shorter one leaves a rest of it. */
function secretForms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const forms = new Set([
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secret,
  ]);
  return [...forms];
}
