import type { Settings } from './knobs.ts';

/** Names for groups of knobs, usable wherever knobs are, without a value. Any status code is a preset too. */
export const presets: Readonly<Record<string, Settings>> = {
  invalid: { status: 401, credits: 'unauthorized', sites: 'unauthorized' },
  '401': { status: 401, credits: 'unauthorized', sites: 'unauthorized' },
  blocked: { status: 403, 'error-body': 'blocked', credits: 'blocked' },
  'rate-limited': { status: 429, 'error-body': 'balance', 'retry-after': 30, credits: 'rate-limited' },
  'not-entitled': { status: 403, 'error-body': 'entitlement', credits: 'forbidden' },
  'daily-limit': { status: 429, 'error-body': 'daily-limit', 'retry-after': 3600, credits: 'rate-limited' },
  'minute-limit': { status: 429, 'error-body': 'minute-limit', 'retry-after': 7 },
  'malformed-call': { finish: 'MALFORMED_FUNCTION_CALL', content: 'absent' },
  'usage-resets': { status: 429, 'error-body': 'usage-resets', credits: 'empty' },
  'bare-429': { status: 429, 'error-body': 'empty' },
  flaky: { status: 503, 'fail-rate': 0.5 },
  hang: { hang: 'before-headers' },
  reset: { cut: 'reset', 'cut-at': 'before-headers' },
  slow: { 'first-byte': 300, pace: 100 },
  'native-only': { 'door-unified': 'bare-429' },
  'unified-only': { doors: 'shut', 'door-unified': 'open' },
  'bad-gateway': { status: 502, 'error-body': 'html' },
};
