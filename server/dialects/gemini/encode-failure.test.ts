import { describe, expect, test } from 'vitest';
import { requireGeminiSchema } from '../../../test/schemas/gemini.ts';
import { Failure, type FailureReason, failureKinds } from '../../conversation/failure.ts';
import { encodeFailure } from './encode-failure.ts';

function encode(...given: ConstructorParameters<typeof Failure>): { status: number; headers: object; body: unknown } {
  const { body, ...rest } = encodeFailure(new Failure(...given));
  return { ...rest, body: JSON.parse(body) };
}

test.each([...failureKinds])('%s fits its schema', (kind) => {
  const { status, body } = encode(kind, 'It failed.', { retryAfterSeconds: 7, parameter: 'contents' });
  requireGeminiSchema('HttpError', { status, body });
});

test.each<[FailureReason, number, string]>([
  ['request-too-large', 413, 'INVALID_ARGUMENT'],
  ['unsupported-media-type', 415, 'INVALID_ARGUMENT'],
  ['method-not-allowed', 405, 'UNIMPLEMENTED'],
  ['unsupported-feature', 400, 'INVALID_ARGUMENT'],
])('%s is %i', (reason, code, status) => {
  const encoded = encode('invalid-request', 'It failed.', { reason });
  expect(encoded).toMatchObject({ status: code, body: { error: { code, status } } });
  requireGeminiSchema('HttpError', { status: encoded.status, body: encoded.body });
});

describe('details', () => {
  test('the time to wait', () => {
    expect(encode('rate-limited', 'Too many.', { retryAfterSeconds: 6.2 })).toEqual({
      status: 429,
      headers: { 'retry-after': '7' },
      body: {
        error: {
          ...{ code: 429, message: 'Too many.', status: 'RESOURCE_EXHAUSTED' },
          details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' }],
        },
      },
    });
  });

  test('the invalid member', () => {
    expect(encode('invalid-request', 'It is wrong.', { parameter: 'contents[0]' }).body).toMatchObject({
      error: { details: [{ fieldViolations: [{ field: 'contents[0]', description: 'It is wrong.' }] }] },
    });
  });

  test('none without', () => {
    expect(encode('not-found', 'No such model.')).toEqual({
      status: 404,
      headers: {},
      body: { error: { code: 404, message: 'No such model.', status: 'NOT_FOUND' } },
    });
  });
});
