import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../conversation/failure.ts';
import { readFailureValue, readUpstreamFailure } from './failure.ts';
import type { ResponseHeaders } from './retry-after.ts';

const now = Date.UTC(2026, 0, 1);
const model = 'anthropic:claude-x';
const upstreamModel = 'claude-x';

function read(status: number, body: unknown, headers: ResponseHeaders = {}, secrets: readonly string[] = []): Failure {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readUpstreamFailure({ status, headers, body: Buffer.from(text), model, upstreamModel, now, secrets });
}

/** A failure as one line: kind, fault with its scope if any, and the reason if any. */
function summary({ kind, fault, scope, reason }: Failure): string {
  const whose = fault === 'request' ? fault : `${fault}/${scope}`;
  return [kind, whose, ...(reason === undefined ? [] : [reason])].join(' ');
}

/** A message in every body format that has been seen. */
const families: Readonly<Record<string, (message: string) => unknown>> = {
  message: (message) => ({ message }),
  'error and message': (message) => ({ error: 'Some Error', message }),
  'upstream, object': (message) => ({
    upstream: { content: { type: 'error', error: { type: 'api_error', message } } },
  }),
  'upstream, text': (message) => ({ upstream: { content: JSON.stringify({ error: { message } }) } }),
  'upstream, words': (message) => ({ upstream: { content: message } }),
  openai: (message) => ({ error: { message, type: 'some_error', param: null, code: null } }),
  anthropic: (message) => ({ type: 'error', error: { type: 'some_error', message } }),
  google: (message) => ({ error: { code: 400, message, status: 'SOME_STATUS' } }),
  'google, in a list': (message) => [{ error: { code: 400, message, status: 'SOME_STATUS' } }],
  'a list of errors': (message) => ({ errors: [{ title: 'Some title', message }] }),
  'an error in words': (message) => ({ error: message }),
  'the payload': (message) => ({ response_payload: { error: { message } } }),
  'a message in a message': (message) => ({ message: JSON.stringify({ error: { message } }) }),
  text: (message) => message,
};

describe('by status, in every format', () => {
  const meanings: readonly (readonly [number, string, string])[] = [
    [400, 'Something is wrong with it', 'invalid-request request'],
    [400, 'Model Id [claude-x] not found', 'not-found route/model model-not-found'],
    [400, 'With a model like this, thinking is not supported by the API', 'invalid-request request'],
    [400, 'prompt is too long: 210000 tokens > 200000 maximum', 'invalid-request request context-length-exceeded'],
    [400, 'messages: too many total text bytes: 9005254 > 9000000', 'invalid-request request context-length-exceeded'],
    [401, 'Unauthorized', 'upstream-unavailable token/account'],
    [402, 'Payment required', 'quota-exhausted quota/route'],
    [403, 'Not entitled', 'permission route/route'],
    [403, 'claude-x is not for you', 'permission route/model'],
    [404, 'Model Id [claude-x] not found', 'not-found route/model model-not-found'],
    [408, 'Request timeout', 'timeout timeout/route'],
    [413, 'Payload Too Large', 'invalid-request request request-too-large'],
    [422, 'Something is wrong with it', 'invalid-request request'],
    [425, 'Too early', 'upstream-unavailable transient/route'],
    [429, 'Slow down', 'rate-limited rate/route'],
    [429, 'Usage limit reached, usage resets in 29d 31m', 'quota-exhausted quota/account'],
    [429, 'Too many concurrent requests', 'rate-limited concurrency/route'],
    [500, 'Broken', 'upstream-unavailable transient/route'],
    [502, 'Broken', 'upstream-unavailable transient/route'],
    [503, 'Broken', 'overloaded transient/route'],
    [504, 'Broken', 'upstream-unavailable transient/route'],
    [529, 'Broken', 'overloaded transient/route'],
    [302, 'Moved', 'upstream-unavailable transient/route'],
  ];
  test.each(meanings)('%i %s: %s', (status, message, meaning) => {
    for (const [family, write] of Object.entries(families)) {
      const failure = read(status, write(message));
      expect(`${family}: ${summary(failure)}`).toBe(`${family}: ${meaning}`);
      expect(failure.evidence).toBe(message);
      expect(failure.upstreamStatus).toBe(status);
    }
  });

  test('in the words of the model behind those of Bedrock', () => {
    for (const place of ['', 'ValidationException: ']) {
      const message = `${place}The model returned the following errors: messages.1: x not found`;
      const failure = read(400, { message });
      expect([summary(failure), failure.message]).toEqual(['invalid-request request', 'messages.1: x not found.']);
    }
  });

  test.each(meanings)('%i without a body', (status) => {
    const failure = read(status, '');
    expect(failure.evidence).toBeUndefined();
    expect(failure.message).toMatch(/^[A-Z].*\bupstream\b.*\.$|^The .*\.$/);
  });
});

describe('web pages', () => {
  const page = (title: string) =>
    `<!doctype html><html><head><title>${title}</title><style>p {}</style></head><body><p>Blah</p></body></html>`;

  test.each([
    [403, 'permission route/route'],
    [404, 'upstream-unavailable route/route'],
    [413, 'invalid-request request request-too-large'],
    [429, 'rate-limited rate/route'],
    [502, 'upstream-unavailable transient/route'],
    [503, 'overloaded transient/route'],
  ])('%i: %s', (status, meaning) => {
    const failure = read(status, page(`${status} Some Title`));
    expect(summary(failure)).toBe(meaning);
    expect(failure.message).not.toContain('<');
    expect(failure.evidence).toContain('Some Title');
  });

  test('a page without a title is reported by its text', () => {
    expect(read(500, '<html><script>x()</script><h1>Bad\n  day</h1></html>').message).toBe(
      'The upstream failed (status 500): Bad day.',
    );
  });
});

describe('media that a model cannot read', () => {
  const image = 'invalid-request request unreadable-image';
  const document = 'invalid-request request unreadable-document';
  test.each([
    ['Could not process image', image],
    ['messages.3.content.1.image.source.base64: image exceeds 5 MB maximum: 5316852 bytes > 5242880 bytes', image],
    ['messages.0.content.0: At least one of the image dimensions exceed max allowed size: 8000 pixels', image],
    ['Image does not match the provided media type image/png', image],
    ['You uploaded an unsupported image. Please make sure your image is below 20 MB in size.', image],
    ["The image data you provided does not represent a valid image. Try one of: ['image/jpeg'].", image],
    ['Invalid content type. image_url is only supported by certain models.', image],
    ['Unable to process input image. Please retry or report in https://example.com', image],
    ['Provided image is not valid.', image],
    ['Unsupported MIME type: image/bmp', image],
    ['The PDF specified was not valid.', document],
    ['The PDF specified is password protected.', document],
    ['A maximum of 100 PDF pages may be provided.', document],
    ['The document has no pages.', document],
    ['The document contains 1200 pages which exceeds the supported page limit of 1000.', document],
    ['Unsupported MIME type: application/zip', document],
    ['messages.0.content.0.image.detail: Extra inputs are not permitted', 'invalid-request request'],
    ["Unknown parameter: 'invalid image'.", 'invalid-request request'],
    ['The image of a function is its range', 'invalid-request request'],
  ])('%s', (message, meaning) => {
    expect(summary(read(400, { error: { message } }))).toBe(meaning);
  });

  test("OpenAI's codes", () => {
    expect(summary(read(400, { error: { message: 'm', code: 'invalid_image_format' } }))).toBe(image);
  });
});

describe('messages that decide', () => {
  test.each<readonly [string, number, unknown, string]>([
    ['blocked, whatever the status', 400, { status: 'USER_BLOCKED', message: 'm' }, 'permission entitlement/account'],
    [
      'a balance at nothing',
      429,
      { status: 'RATE_LIMITED', balance: { dailyRemaining: 0 } },
      'quota-exhausted quota/account',
    ],
    [
      'a monthly balance below nothing',
      429,
      { balance: { monthlyRemaining: -3, dailyRemaining: 4 } },
      'quota-exhausted quota/account',
    ],
    [
      'a balance with something left',
      429,
      { status: 'RATE_LIMITED', balance: { monthlyRemaining: 12 } },
      'rate-limited rate/account',
    ],
    ["the vendor's quota", 429, { error: { message: 'm', code: 'insufficient_quota' } }, 'quota-exhausted quota/route'],
    [
      'Google rate worded as quota',
      429,
      { error: { message: 'Quota exceeded for requests per minute', status: 'RESOURCE_EXHAUSTED' } },
      'rate-limited rate/route',
    ],
    [
      'a rate of Vertex AI that names no minute',
      429,
      [
        {
          error: {
            code: 429,
            message:
              'Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model with base model: anthropic-claude-opus-4. Please submit a quota increase request. https://cloud.google.com/vertex-ai/docs/generative-ai/quotas-genai.',
            status: 'RESOURCE_EXHAUSTED',
          },
        },
      ],
      'rate-limited rate/route',
    ],
    [
      'a quota of Vertex AI by the day',
      429,
      { error: { message: 'Quota exceeded for aiplatform.googleapis.com/requests_per_day_per_project' } },
      'quota-exhausted quota/route',
    ],
    [
      "Azure's rate, with a link to its quotas",
      429,
      {
        error: {
          code: '429',
          message:
            'Requests to the ChatCompletions_Create Operation have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 6 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.',
        },
      },
      'rate-limited rate/route',
    ],
    ['concurrency over quota', 429, { message: 'Concurrent request quota exceeded' }, 'rate-limited concurrency/route'],
    [
      'OpenAI model',
      404,
      { error: { message: 'm', code: 'model_not_found' } },
      'not-found route/model model-not-found',
    ],
    [
      'Anthropic model',
      404,
      { type: 'error', error: { type: 'not_found_error', message: 'model: claude-y' } },
      'not-found route/model model-not-found',
    ],
    [
      'Bedrock model',
      400,
      { message: 'The provided model identifier is invalid.' },
      'not-found route/model model-not-found',
    ],
    ['a bare 404', 404, '', 'not-found route/model model-not-found'],
    [
      'an item that OpenAI does not store',
      404,
      { error: { message: "Item with id 'rs_1' not found. Items are not persisted.", type: 'invalid_request_error' } },
      'invalid-request request',
    ],
    ['an unknown route', 404, { message: 'No such route: /x' }, 'upstream-unavailable route/route'],
    ['405', 405, { message: 'Method not allowed' }, 'upstream-unavailable route/route'],
    [
      'OpenAI overflow',
      400,
      { error: { message: 'm', code: 'context_length_exceeded' } },
      'invalid-request request context-length-exceeded',
    ],
    [
      'OpenAI overflow in words',
      400,
      "This model's maximum context length is 128000 tokens. However, you requested",
      'invalid-request request context-length-exceeded',
    ],
    [
      'Gemini overflow',
      400,
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      'invalid-request request context-length-exceeded',
    ],
    [
      'Bedrock overflow',
      400,
      'Input is too long for requested model.',
      'invalid-request request context-length-exceeded',
    ],
    [
      "a bound on the answer that is too high, in Bedrock's words",
      400,
      'The maximum tokens you requested exceeds the model limit of 64000. Try again with a maximum tokens value that is lower than 64000.',
      'invalid-request request',
    ],
    [
      'a bound on the answer that is too high, behind other words',
      400,
      'Malformed input request: #/max_tokens: 100000 exceeds maximum number of output tokens, please reformat your input',
      'invalid-request request',
    ],
    [
      'a bound on the answer that the conversation leaves no room for',
      400,
      'input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000',
      'invalid-request request context-length-exceeded',
    ],
    ['overflow with 413', 413, 'prompt is too long: 210000 tokens', 'invalid-request request context-length-exceeded'],
    [
      'a parameter about tokens',
      400,
      'max_tokens: 900000 > 64000, which is the maximum allowed number of output tokens',
      'invalid-request request',
    ],
    ['Azure moderation', 400, { error: { message: 'm', code: 'content_filter' } }, 'content-filtered request'],
    [
      'OpenAI moderation',
      400,
      { error: { message: 'm', code: 'content_policy_violation' } },
      'content-filtered request',
    ],
    ['Anthropic moderation', 400, 'Output blocked by content filtering policy', 'content-filtered request'],
    ['a bad cloud id', 400, { message: 'Invalid cloud id' }, 'invalid-request request'],
    [
      'overloaded in words of a type',
      500,
      { type: 'error', error: { type: 'overloaded_error', message: 'm' } },
      'overloaded transient/route',
    ],
  ])('%s', (_name, status, body, meaning) => {
    expect(summary(read(status, body))).toBe(meaning);
  });

  test.each([
    ['tools[0].parameters', 'tools[0].parameters'],
    ['messages.[2].content', 'messages.[2].content'],
    ['see the account of ann@example.com', undefined],
    ['a'.repeat(1000), undefined],
    [7, undefined],
  ])('the parameter is the one the vendor named (%j)', (param, expected) => {
    const failure = read(400, { error: { message: 'Invalid schema', type: 'invalid_request_error', param } });
    expect(failure.parameter).toBe(expected);
  });

  test('an unknown model is named as the client named it', () => {
    const failure = read(400, { message: 'Model Id [claude-x] not found' });
    expect(failure.message).toBe('The model `anthropic:claude-x` does not exist or you do not have access to it.');
    expect(failure.parameter).toBe('model');
  });

  test.each([
    ['USER_BLOCKED', 403],
    ['USER_NOT_AUTHORIZED', 403],
    ['USER_NOT_AUTHORIZED_FOR_AI', 403],
    ['PRODUCT_NOT_INSTALLED', 403],
    ['CLI_DISABLED', 403],
    ['BETA_AI_FEATURES_DISABLED', 403],
    ['FEATURE_DISABLED_ORG_LEVEL', 403],
    ['FEATURE_DISABLED_SITE_LEVEL', 403],
    ['FEATURE_DISABLED_WORKSPACE_LEVEL', 400],
    ['FEATURE_DISABLED_REPOSITORY_LEVEL', 403],
    ['FEATURE_DISABLED_PAID_ONLY', 429],
  ])('the status %s is the account’s, with %i too, and its words are shown', (status, httpStatus) => {
    const body = { status, title: 'No', message: 'Models are turned off', ctaLink: 'https://example.com' };
    const failure = read(httpStatus, body);
    expect(summary(failure)).toBe('permission entitlement/account');
    expect(failure.message).toBe('Models are turned off.');
  });

  test.each(['FORBIDDEN', 'PERMISSION_DENIED', 'FEATURE_DISABLED', 'BLOCKED'])(
    'the status %s says nothing of the account',
    (status) => {
      expect(summary(read(403, { status, message: 'm' }))).toBe('permission route/route');
    },
  );

  test.each<readonly [string, number, string, string]>([
    ['a page for a path', 404, '', 'upstream-unavailable route/route'],
    ['a page with its usual words', 404, 'No message available', 'upstream-unavailable route/route'],
    ['a page about a model', 404, 'Model Id [claude-x] not found', 'not-found route/model model-not-found'],
    ['a page for a model', 404, 'No such deployment', 'not-found route/model model-not-found'],
    ['a page with 403', 403, '', 'permission route/route'],
    ['a page with 400', 400, 'Wrong', 'invalid-request request'],
    ['a page with 500', 500, '', 'upstream-unavailable transient/route'],
  ])('Spring, where the status is a number: %s', (_name, status, message, meaning) => {
    const page = { timestamp: '2026-01-01T00:00:00.000+00:00', status, error: 'Something', path: '/x', requestId: 'r' };
    expect(summary(read(status, { ...page, message }))).toBe(meaning);
  });

  test.each<readonly [number, string, string]>([
    [400, 'Your credit balance is too low to access the Anthropic API.', 'upstream-unavailable route/route'],
    [400, 'API key not valid. Please pass a valid API key.', 'upstream-unavailable route/route'],
    [400, 'User location is not supported for the API use.', 'upstream-unavailable route/route'],
    [400, 'This model is only supported in v1/responses and not in v1/x.', 'upstream-unavailable route/model'],
    [400, 'Publisher Model `x` is not servable in region us-central1.', 'upstream-unavailable route/model'],
    [
      400,
      'Organization Policy constraint constraints/vertexai.allowedModels violated for `projects/1` attempting to use a disallowed Gen AI model x.',
      'upstream-unavailable route/model',
    ],
    [400, 'You have reached your specified API usage limits.', 'upstream-unavailable route/route'],
    [400, 'Operation not allowed', 'upstream-unavailable route/route'],
    [400, 'Your account is not authorized to invoke this API operation.', 'upstream-unavailable route/route'],
    [400, 'Project `x` is not allowed to use Publisher Model `projects/x/y`', 'upstream-unavailable route/model'],
    [400, 'This model version has reached the end of its life.', 'not-found route/model model-not-found'],
    [400, 'Invocation of model ID x with on-demand throughput isn’t supported.', 'upstream-unavailable route/model'],
    [424, 'The system encountered an unexpected error.', 'upstream-unavailable transient/route'],
    [499, 'The operation was cancelled.', 'upstream-unavailable transient/route'],
    [400, 'The model does not support the tool. Tool not found.', 'invalid-request request'],
  ])('not of the request, or not of the model: %i %s', (status, message, meaning) => {
    expect(summary(read(status, { error: { message } }))).toBe(meaning);
  });

  test.each<readonly [string, number, unknown, string]>([
    [
      'by the minute',
      429,
      { status: 'MINUTE_LIMIT_EXCEEDED', balance: { dailyRemaining: 0 } },
      'rate-limited rate/account',
    ],
    ['by the day', 429, { status: 'DAILY_LIMIT_EXCEEDED' }, 'quota-exhausted quota/account'],
    ['by the month', 429, { status: 'MONTHLY_LIMIT_EXCEEDED' }, 'quota-exhausted quota/account'],
    ['without a body', 429, '', 'rate-limited rate/route'],
    ['of the vendor', 429, { error: { type: 'rate_limit_error', message: 'm' } }, 'rate-limited rate/route'],
    ['of AWS', 400, { __type: 'ThrottlingException', message: 'Rate exceeded' }, 'rate-limited rate/route'],
    [
      'at once, for the user',
      429,
      { message: 'Too many concurrent requests for this user' },
      'rate-limited concurrency/account',
    ],
    [
      'for the OpenAI vendor',
      400,
      'claude-x not available for the OpenAI vendor.',
      'not-found route/model model-not-found',
    ],
    ['in front of the vendors', 413, 'Request Entity Too Large', 'invalid-request request context-length-exceeded'],
    ['in a body of theirs', 400, "{'error': {'statusCode': 413}}", 'invalid-request request context-length-exceeded'],
    ['in plain words', 400, 'input exceed context limit', 'invalid-request request context-length-exceeded'],
  ])('a limit %s', (_name, status, body, meaning) => {
    expect(summary(read(status, body))).toBe(meaning);
  });
});

describe('how long to wait', () => {
  const date = (seconds: number) => new Date(now + seconds * 1000).toUTCString();
  const month = 32 * 86_400;

  test.each<readonly [string, unknown, ResponseHeaders, number | undefined]>([
    ['nothing said', {}, {}, undefined],
    ['the field', { retryAfterSeconds: 12.5 }, {}, 12.5],
    ['the field as text', { retryAfterSeconds: '12' }, {}, 12],
    ['the field inside', { upstream: { content: { error: { message: 'm' }, retryAfterSeconds: 7 } } }, {}, 7],
    ['the field over the header', { retryAfterSeconds: 12 }, { 'retry-after': '60' }, 12],
    ['the header', {}, { 'retry-after': '60' }, 60],
    ['the header, zero', {}, { 'retry-after': '0' }, 0],
    ['the header, twice', {}, { 'retry-after': ['5', '60'] }, 5],
    ['the header as a date', {}, { 'retry-after': date(90) }, 90],
    ['a date that is over', {}, { 'retry-after': date(-90) }, 0],
    ['the header in milliseconds', {}, { 'retry-after-ms': '1500', 'retry-after': '2' }, 1.5],
    ['Google', { error: { message: 'm', details: [{ '@type': 'RetryInfo', retryDelay: '20.5s' }] } }, {}, 20.5],
    ['words: days and minutes', { message: 'usage resets in 29d 31m' }, {}, 29 * 86_400 + 31 * 60],
    ['words: hours', 'Limit reached. Resets in 2 hours and 5 minutes.', {}, 7500],
    ['words: seconds', { message: 'Please try again in 20s.' }, {}, 20],
    ['words: a fraction', { message: 'Please try again in 1.5 seconds' }, {}, 1.5],
    ['words: milliseconds', { message: 'Please try again in 250ms' }, {}, 0.25],
    ['words: retry after', { message: 'Retry after 3 minutes' }, {}, 180],
    ['words without a time', { message: 'Please try again later in 2026' }, {}, undefined],
    ['a negative header', {}, { 'retry-after': '-5' }, undefined],
    ['a negative field gives way to the header', { retryAfterSeconds: -1 }, { 'retry-after': '5' }, 5],
    ['a header that is none', {}, { 'retry-after': 'soon' }, undefined],
    ['more than a month', { retryAfterSeconds: 1e12 }, {}, month],
    ['endless', '{"retryAfterSeconds":1e999}', { 'retry-after': '1e999' }, undefined],
    ['the minute’s limit, a second later', { status: 'MINUTE_LIMIT_EXCEEDED', retryAfterSeconds: 7 }, {}, 8],
    ['the minute’s limit, unnamed', { status: 'MINUTE_LIMIT_EXCEEDED' }, {}, 11],
    ['the day’s limit', { status: 'DAILY_LIMIT_EXCEEDED', retryAfterSeconds: 900 }, {}, 900],
    ['the day’s limit, unnamed: until midnight', { status: 'DAILY_LIMIT_EXCEEDED' }, {}, 86_400],
    ['the month’s limit, unnamed', { status: 'MONTHLY_LIMIT_EXCEEDED' }, {}, undefined],
  ])('%s', (_name, body, headers, seconds) => {
    expect(read(429, body, headers).retryAfterSeconds).toBe(seconds);
  });
});

describe('what clients see', () => {
  const token = 'ATATT3xFfGF0secretsecret=4A5B';
  const email = 'owner@example.com';
  const pair = `${email}:${token}`;
  const secrets = [pair, token, email];

  test('no secret and no address, neither in the message nor in the evidence', () => {
    const message = `${pair} ${Buffer.from(pair).toString('base64')} for ${email}`;
    for (const status of [400, 403, 413, 429, 500]) {
      for (const write of Object.values(families)) {
        const failure = read(status, write(message), {}, secrets);
        expect(`${failure.message} ${failure.evidence}`).not.toMatch(/ATATT|secret=|owner@|b3duZX/);
      }
    }
  });

  test('no e-mail address is shown to a client; model ids are', () => {
    const failure = read(400, { message: 'claude-x@20250514 is not for j.doe+ai@mail.example.org' });
    expect(failure.message).toBe('claude-x@20250514 is not for [redacted].');
    expect(failure.evidence).toContain('j.doe+ai@mail.example.org');
  });

  test('messages are bounded and on one line', () => {
    const failure = read(500, { message: `line\nnext${'x'.repeat(5000)}` });
    expect(failure.message.length).toBeLessThan(400);
    expect(failure.evidence).toHaveLength(500);
    expect(failure.message).toContain('line\\nnext');
  });

  test('the place and the words of FastAPI', () => {
    const detail = [{ type: 'missing', loc: ['body', 'messages', 0, 'content'], msg: 'Field required' }];
    expect(read(422, { detail }).message).toBe('body.messages.0.content: Field required.');
    expect(read(400, { detail: 'No such model' }).message).toBe('No such model.');
  });

  test('broken JSON is evidence, not a message', () => {
    const failure = read(500, '{"message": "Oops');
    expect(failure.message).toBe('The upstream failed (status 500).');
    expect(failure.evidence).toBe('{"message": "Oops');
  });

  test('any body can be read', () => {
    const bodies = fc.oneof(fc.json({ maxDepth: 2 }), fc.string({ unit: 'binary', maxLength: 30 }));
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), bodies, (status, body) => {
        const failure = read(status, body, { 'retry-after': body.slice(0, 20) });
        expect(failure.message).not.toBe('');
        expect(failure.retryAfterSeconds ?? 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  test.each(['[', '<', '<script ', '://a', 'again in 1 a ', 'exceeds ', 'sk-', ' '])(
    'a body full of %j is read',
    (piece) => {
      const failure = read(400, piece.repeat(65_536 / piece.length));
      expect(failure.fault).toBe('request');
      expect(failure.message.length).toBeLessThan(400);
    },
  );
});

describe('errors inside an answer of status 200', () => {
  test.each<readonly [unknown, string]>([
    [{ error: { message: 'm', type: 'authentication_error' } }, 'upstream-unavailable route/route'],
    [{ error: { message: 'm', code: 401 } }, 'upstream-unavailable route/route'],
    [{ error: { message: 'm', status: 'PERMISSION_DENIED', code: 403 } }, 'permission route/route'],
    [{ type: 'error', error: { type: 'overloaded_error', message: 'm' } }, 'overloaded transient/route'],
    [{ type: 'error', error: { type: 'rate_limit_error', message: 'm' } }, 'rate-limited rate/route'],
    [{ error: { message: 'm', code: 'rate_limit_exceeded', type: 'requests' } }, 'rate-limited rate/route'],
    [{ error: { message: 'm', code: 'insufficient_quota' } }, 'quota-exhausted quota/route'],
    [{ error: { code: 503, message: 'm', status: 'UNAVAILABLE' } }, 'overloaded transient/route'],
    [{ error: { message: 'm', type: 'invalid_request_error' } }, 'invalid-request request'],
    [{ message: 'Model Id [x] not found' }, 'not-found route/model model-not-found'],
    [{ message: 'prompt is too long' }, 'invalid-request request context-length-exceeded'],
    [{ message: 'Too many requests' }, 'rate-limited rate/route'],
    [{ message: 'Overloaded' }, 'overloaded transient/route'],
    [{ message: 'Something' }, 'upstream-unavailable transient/route'],
    ['usage resets in 2d', 'quota-exhausted quota/account'],
    ['<html><title>Sign in</title></html>', 'upstream-unavailable transient/route'],
    [{ status: 'USER_BLOCKED', message: 'm' }, 'permission entitlement/account'],
    [null, 'upstream-unavailable transient/route'],
    [{ throttlingException: { message: 'Too many requests' } }, 'rate-limited rate/route'],
    [{ modelStreamErrorException: { message: 'm', originalStatusCode: 500 } }, 'upstream-unavailable transient/route'],
    [{ validationException: { message: 'Could not process image' } }, 'invalid-request request unreadable-image'],
  ])('%j', (value, meaning) => {
    const failure = readFailureValue(value);
    expect(summary(failure)).toBe(meaning);
    expect(failure.upstreamStatus).toBeUndefined();
  });
});
