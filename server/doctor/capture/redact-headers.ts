import type { ResponseHeaders } from '../../upstream/retry-after.ts';
import { maskAll, maskWords, type PersonalWords } from './mask.ts';

/** Headers without personal data. */
const harmless: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'age',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'retry-after',
  'retry-after-ms',
  'strict-transport-security',
  'transfer-encoding',
  'vary',
  'x-content-type-options',
  'x-frame-options',
  'x-xss-protection',
]);
const secret: ReadonlySet<string> = new Set([
  'x-atlassian-encodedtoken',
  'cookie',
  'set-cookie',
  'proxy-authorization',
]);

/** Redacts the headers of a request or response. Several values of one name are joined. */
export function redactHeaders(headers: ResponseHeaders, personal: PersonalWords): Record<string, string> {
  const redacted: Record<string, string> = {};
  for (const [name, given] of Object.entries(headers)) {
    if (given === undefined) continue;
    const value = typeof given === 'string' ? given : given.join(', ');
    redacted[name.toLowerCase()] = redactValue(name.toLowerCase(), value, personal);
  }
  return redacted;
}

function redactValue(name: string, value: string, personal: PersonalWords): string {
  if (name === 'authorization') return `${/^\w+(?= )/.exec(value)?.[0] ?? ''} <redacted>`.trim();
  if (secret.has(name)) return '<redacted>';
  if (harmless.has(name)) return value;
  if (/^(?:x-)?ratelimit-/.test(name) && /^[\d.a-z]{1,20}$/i.test(value)) return value;
  return name === 'server' || name === 'via' ? maskWords(value, personal) : maskAll(value);
}
