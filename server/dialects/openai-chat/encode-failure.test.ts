import { describe, expect, test } from 'vitest';
import { requireOpenAiSchema } from '../../../test/schemas/openai.ts';
import { Failure, type FailureKind, type FailureOptions, failureKinds } from '../../conversation/failure.ts';
import { encodeFailure } from './encode-failure.ts';

function encode(kind: FailureKind, options?: FailureOptions): { status: number; headers: object; error: unknown } {
  const { status, headers, body } = encodeFailure(new Failure(kind, 'It failed.', options));
  const json = JSON.parse(body);
  requireOpenAiSchema('ErrorResponse', json);
  return { status, headers, error: json.error };
}

test('an image that cannot be read is told in the words by which Codex recovers', () => {
  expect(encode('invalid-request', { reason: 'unreadable-image' }).error).toMatchObject({
    message: 'The image data you provided does not represent a valid image: It failed.',
    code: 'invalid_image',
  });
});

describe('each failure in OpenAI’s format', () => {
  test.each([
    ['invalid-request', undefined, 400, 'invalid_request_error', null, 'false'],
    ['invalid-request', 'missing-parameter', 400, 'invalid_request_error', 'missing_required_parameter', 'false'],
    ['invalid-request', 'invalid-type', 400, 'invalid_request_error', 'invalid_type', 'false'],
    ['invalid-request', 'unsupported-value', 400, 'invalid_request_error', 'invalid_value', 'false'],
    ['invalid-request', 'malformed-json', 400, 'invalid_request_error', null, 'false'],
    ['invalid-request', 'context-length-exceeded', 400, 'invalid_request_error', 'context_length_exceeded', 'false'],
    ['invalid-request', 'request-too-large', 413, 'invalid_request_error', 'request_too_large', 'false'],
    ['invalid-request', 'unsupported-media-type', 415, 'invalid_request_error', 'unsupported_content_type', 'false'],
    ['invalid-request', 'method-not-allowed', 405, 'invalid_request_error', 'method_not_supported', 'false'],
    ['authentication', 'missing-api-key', 401, 'invalid_request_error', 'invalid_api_key', 'false'],
    ['authentication', 'invalid-api-key', 401, 'invalid_request_error', 'invalid_api_key', 'false'],
    ['permission', 'model-not-allowed', 403, 'permission_error', 'model_not_allowed', 'false'],
    ['permission', 'address-not-allowed', 403, 'permission_error', 'ip_not_authorized', 'false'],
    ['not-found', 'model-not-found', 404, 'invalid_request_error', 'model_not_found', 'false'],
    ['not-found', 'unknown-route', 404, 'invalid_request_error', 'unknown_url', 'false'],
    ['rate-limited', undefined, 429, 'rate_limit_error', 'rate_limit_exceeded', 'true'],
    ['quota-exhausted', 'budget-exhausted', 429, 'insufficient_quota', 'insufficient_quota', 'false'],
    ['overloaded', undefined, 503, 'server_error', 'server_is_overloaded', 'true'],
    ['overloaded', 'no-credential', 503, 'server_error', 'no_credential', 'false'],
    ['upstream-unavailable', undefined, 502, 'server_error', 'upstream_unavailable', 'true'],
    ['timeout', undefined, 504, 'server_error', 'timeout', 'true'],
    ['content-filtered', undefined, 400, 'invalid_request_error', 'content_filter', 'false'],
    ['internal', undefined, 500, 'server_error', 'internal_error', 'true'],
  ] as const)('%s, %s', (kind, reason, status, type, code, retry) => {
    const encoded = encode(kind, reason && { reason });
    expect(encoded).toEqual({
      status,
      headers: { 'x-should-retry': retry },
      error: {
        message: reason === 'missing-api-key' ? expect.stringMatching(/Bearer/) : 'It failed.',
        type,
        param: null,
        code,
      },
    });
  });

  test('every kind has one', () => {
    for (const kind of failureKinds) expect(encode(kind).status).toBeGreaterThanOrEqual(400);
  });

  test('the parameter is named', () => {
    expect(encode('invalid-request', { parameter: 'messages[0].content' }).error).toMatchObject({
      param: 'messages[0].content',
    });
  });
});

describe('how long to wait', () => {
  test.each([
    [0, '0', 'true'],
    [0.2, '1', 'true'],
    [59, '59', 'true'],
    [60, '60', 'false'],
    [86_400, '86400', 'false'],
  ])('%d seconds', (retryAfterSeconds, header, retry) => {
    expect(encode('rate-limited', { retryAfterSeconds }).headers).toEqual({
      'retry-after': header,
      'x-should-retry': retry,
    });
  });
});

test('the cause and the evidence are not exposed', () => {
  const { body } = encodeFailure(
    new Failure('internal', 'It failed.', { cause: new Error('secret'), evidence: 'secret' }),
  );
  expect(body).not.toContain('secret');
});
