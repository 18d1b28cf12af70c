import { expect, it } from 'vitest';
import type { CredentialTest } from '../../../contract/credentials.ts';
import { explainTest } from './explain-test.ts';

const failed: CredentialTest = { ok: false, message: 'It failed.', milliseconds: 1, credits: null, sites: [] };
const credits = (status: 'rate-limited' | 'blocked') => ({ status, message: 'No credits.', checkedAt: 1 });

it.each([
  { what: 'a refused token', test: { ...failed, status: 401 }, hint: 'hintToken', evidence: undefined },
  { what: 'a refused account', test: { ...failed, status: 403 }, hint: 'hintPermission', evidence: 'It failed.' },
  { what: 'too many requests', test: { ...failed, status: 429 }, hint: 'hintRate', evidence: 'It failed.' },
  { what: 'a server error', test: { ...failed, status: 502 }, hint: 'hintRefused', evidence: 'It failed.' },
  { what: 'no answer', test: failed, hint: 'hintNetwork', evidence: 'It failed.' },
  {
    what: 'used-up credits, not the network',
    test: { ...failed, credits: credits('rate-limited') },
    hint: 'hintRate',
    evidence: 'No credits.',
  },
  {
    what: 'a blocked account',
    test: { ...failed, credits: credits('blocked') },
    hint: 'hintPermission',
    evidence: 'No credits.',
  },
])('explains $what', ({ test, hint, evidence }) => {
  expect(explainTest(test)).toEqual({ hint, evidence });
});
