import { expect, test } from 'vitest';
import { isErrorBody } from './error-body.ts';

test.each([
  { error: 'Bad' },
  { error: { message: 'Bad' } },
  { error: 'Bad', message: 'Worse' },
  { upstream: { content: 'Bad' } },
  { errors: [{ message: 'Bad' }] },
  { type: 'error', error: {} },
  { type: 'response.failed', response: { error: { code: 'server_error', message: 'Bad' } } },
  { message: 'Bad' },
  { status: 429 },
  { code: 503 },
  { status: 'DAILY_LIMIT_EXCEEDED', balance: {} },
  { status: 'USER_BLOCKED' },
  { status: '502' },
  { modelStreamErrorException: { message: 'Bad', originalStatusCode: 500 } },
])('%j is an error', (value) => {
  expect(isErrorBody(value)).toBe(true);
});

test.each([
  {},
  { error: null },
  { error: '' },
  { errors: [] },
  { type: 'ping' },
  { type: 'x', message: 'y' },
  { status: 'OK' },
  { status: 200 },
  { modelStreamErrorException: 'Bad' },
  { type: 'x', throttlingException: {} },
])('%j is none', (value) => {
  expect(isErrorBody(value)).toBe(false);
});
