import { describe, expect, test } from 'vitest';
import { requireAnthropicSchema } from '../../../test/schemas/anthropic.ts';
import { Failure, type FailureOptions, failureKinds } from '../../conversation/failure.ts';
import { encodeErrorEvent, encodeFailure, encodeRequestId } from './encode-failure.ts';

const encode = (failure: Failure) => encodeFailure(failure, { requestId: '0192-ab' });

test.each(failureKinds)('%s has a status and a matching type', (kind) => {
  const { status, body } = encode(new Failure(kind, 'It failed.'));
  requireAnthropicSchema('HttpError', { status, body: JSON.parse(body) });
  expect(JSON.parse(body)).toMatchObject({ error: { message: 'It failed.' }, request_id: 'req_0192ab' });
});

test.each<[FailureOptions['reason'], number, string]>([
  ['request-too-large', 413, 'request_too_large'],
  ['unsupported-media-type', 415, 'invalid_request_error'],
  ['method-not-allowed', 405, 'invalid_request_error'],
  ['missing-api-key', 401, 'authentication_error'],
  ['model-not-found', 404, 'not_found_error'],
])('%s is %i %s', (reason, status, type) => {
  const kind = status === 401 ? 'authentication' : status === 404 ? 'not-found' : 'invalid-request';
  const encoded = encode(new Failure(kind, 'It failed.', reason === undefined ? {} : { reason }));
  expect(encoded.status).toBe(status);
  expect(JSON.parse(encoded.body)).toMatchObject({ error: { type } });
  requireAnthropicSchema('HttpError', { status, body: JSON.parse(encoded.body) });
});

describe('retries of the SDK', () => {
  test.each<[string, Failure, Record<string, string>]>([
    [
      'a short wait',
      new Failure('rate-limited', 'm', { retryAfterSeconds: 6.2 }),
      { 'retry-after': '7', 'x-should-retry': 'true' },
    ],
    [
      'a wait of hours, which it would sleep through',
      new Failure('quota-exhausted', 'm', { retryAfterSeconds: 9999 }),
      { 'retry-after': '9999', 'x-should-retry': 'false' },
    ],
    [
      'no credential at all',
      new Failure('overloaded', 'm', { reason: 'no-credential' }),
      { 'x-should-retry': 'false' },
    ],
    ["the request's own fault", new Failure('invalid-request', 'm'), { 'x-should-retry': 'false' }],
    ['a passing fault', new Failure('upstream-unavailable', 'm'), { 'x-should-retry': 'true' }],
  ])('%s', (_name, failure, headers) => {
    expect(encode(failure).headers).toEqual(headers);
  });
});

test.each<[NonNullable<FailureOptions['reason']>, string, RegExp]>([
  [
    'context-length-exceeded',
    'Your input exceeds the context window of this model.',
    /^prompt is too long: Your input exceeds/,
  ],
  ['context-length-exceeded', 'Request Entity Too Large', /^prompt is too long: Request Entity Too Large$/],
  [
    'context-length-exceeded',
    'prompt is too long: 210000 tokens > 200000 maximum',
    /^prompt is too long: 210000 tokens/,
  ],
  [
    'context-length-exceeded',
    'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000',
    /^input length and/,
  ],
  ['unreadable-image', 'Unable to process input image.', /^Could not process image: Unable to process/],
  ['unreadable-image', 'image exceeds 5 MB maximum: 5316852 bytes > 5242880 bytes', /^image exceeds 5 MB/],
  ['unreadable-document', 'The document has no pages.', /^Could not process PDF: The document has no pages/],
  ['unreadable-document', 'A maximum of 100 PDF pages may be provided.', /^A maximum of 100 PDF pages/],
  [
    'unanswered-call',
    "the tool call 'toolu_1' has no result.",
    /^`tool_use` ids were found without `tool_result` blocks immediately after: .*toolu_1/,
  ],
  ['unexpected-result', "the tool call 'toolu_1' is unknown.", /^unexpected `tool_use_id` found in `tool_result`/],
])('%s is told in the words by which clients recover: %s', (reason, message, words) => {
  const { status, body } = encode(new Failure('invalid-request', message, { reason }));
  expect([status, JSON.parse(body).error.message]).toEqual([400, expect.stringMatching(words)]);
});

test('details are included', () => {
  const details = { error_code: 'thread_unsupported_request', unsupported: ['thread'] };
  const failure = new Failure('invalid-request', 'No threads.', { vendor: { 'anthropic-messages': { details } } });
  requireAnthropicSchema('ThreadUnsupportedError', JSON.parse(encode(failure).body));
});

test('the id in the header is the same as in the body, also inside streams', () => {
  const id = encodeRequestId({ requestId: '0192-ab' })['request-id'];
  expect(JSON.parse(encode(new Failure('internal', 'm')).body)).toMatchObject({ request_id: id });
  const event = encodeErrorEvent(new Failure('timeout', 'Zu spät.'), '0192-ab');
  expect(event).toMatch(/^event: error\ndata: \{.*\}\n\n$/);
  expect(event).toContain(id);
});
