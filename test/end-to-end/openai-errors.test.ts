import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Settings } from '../../simulator/behaviour.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const messages = [{ role: 'user' as const, content: 'Hello' }];

describe('the official openai package meets a failure', () => {
  let bench: TestBench;
  let key: { id: string; key: string };
  let credential: string;
  let client: OpenAI;

  beforeAll(async () => {
    bench = await startTestBench({ FIRST_BYTE_TIMEOUT_MS: '800', WHOLE_ANSWER_TIMEOUT_MS: '800' });
    credential = await bench.addCredential('one@example.com');
    key = await bench.generateKey();
    client = clientOf(0);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    bench.simulator.control.reset();
    await bench.admin('POST', `/credentials/${credential}/reset`);
  });

  const clientOf = (maxRetries: number) => new OpenAI({ baseURL: bench.baseURL, apiKey: key.key, maxRetries });
  const modelRequests = () => bench.simulator.control.requests({ kind: 'model' });

  /** The error that the package throws, for a whole answer or before a stream starts. */
  async function failureOf(request: object = {}, asking = client): Promise<APIError> {
    const thrown: unknown[] = [];
    for (const stream of [false, true]) {
      await bench.admin('POST', `/credentials/${credential}/reset`);
      const asked = asking.chat.completions.create({ model, messages, stream, ...request });
      thrown.push(
        await asked.then(
          () => new Error('no failure came'),
          (error: unknown) => error,
        ),
      );
    }
    const [whole, streamed] = thrown;
    if (!(whole instanceof APIError) || !(streamed instanceof APIError)) throw whole;
    expect([streamed.status, streamed.code, streamed.type]).toEqual([whole.status, whole.code, whole.type]);
    expect(whole.requestID).toBeTruthy();
    return whole;
  }

  it('a wrong key is an AuthenticationError', async () => {
    const stranger = new OpenAI({ baseURL: bench.baseURL, apiKey: 'sk-wrong', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(AuthenticationError);
    const error = await failureOf({}, stranger);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' });
  });

  it('an unknown model is a NotFoundError that names it', async () => {
    const error = await failureOf({ model: 'no-such-model' });
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: 'model_not_found', message: expect.stringContaining('no-such-model') });
    await expect(client.models.retrieve('no-such-model')).rejects.toBeInstanceOf(NotFoundError);
    expect(modelRequests()).toHaveLength(0);
  });

  it('so is a model that the upstream does not know', async () => {
    for (const status of ['400', '404'] as const) {
      await bench.admin('POST', '/models', { id: 'anthropic:claude-of-tomorrow' });
      bench.simulator.control.setDefault({ 'unknown-model': status });
      const error = await failureOf({ model: 'anthropic:claude-of-tomorrow' });
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({ code: 'model_not_found', message: expect.stringContaining('claude-of-tomorrow') });
    }
  });

  it('a wrong parameter is a BadRequestError that names it', async () => {
    const error = await failureOf({ messages: [{ role: 'user', content: 42 }] });
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, param: 'messages[0].content' });
  });

  it('a request that is too long says so by its code', async () => {
    bench.simulator.control.setDefault({ 'overflow-bytes': 10, 'overflow-status': '400' });
    const overflow = await failureOf();
    expect(overflow).toBeInstanceOf(BadRequestError);
    expect(overflow.code).toBe('context_length_exceeded');
    bench.simulator.control.setDefault({ 'overflow-bytes': 10, 'overflow-status': '413' });
    // The upstream's message for a context that is too long.
    expect(await failureOf()).toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });

  it('a model that the key may not use is a PermissionDeniedError', async () => {
    const { key: narrow } = await bench.generateKey('narrow', { limits: { models: ['gpt-5.1'] } });
    const error = await failureOf({}, new OpenAI({ baseURL: bench.baseURL, apiKey: narrow, maxRetries: 0 }));
    expect(error).toBeInstanceOf(PermissionDeniedError);
  });

  it('a key’s limit is a RateLimitError that says when', async () => {
    const { key: slow } = await bench.generateKey('slow', { limits: { requestsPerMinute: 1 } });
    const limited = new OpenAI({ baseURL: bench.baseURL, apiKey: slow, maxRetries: 0 });
    await limited.chat.completions.create({ model, messages });
    const error = await failureOf({}, limited);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error.code).toBe('rate_limit_exceeded');
    expect(Number(error.headers?.get('retry-after'))).toBeGreaterThan(0);
  });

  it('a rate limit of the upstream is a RateLimitError that says when', async () => {
    bench.simulator.control.setDefault({ status: 429, 'error-body': 'openai', 'retry-after': 7 });
    const error = await failureOf();
    expect(error).toBeInstanceOf(RateLimitError);
    const wait = Number(error.headers?.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(6);
    expect(wait).toBeLessThanOrEqual(8);
    expect(error.headers?.get('x-should-retry')).toBe('true');
  });

  it('used-up credits are a RateLimitError that is not worth a retry', async () => {
    bench.simulator.control.setDefault({ status: 429, 'error-body': 'usage-resets', credits: 'rate-limited' });
    const error = await failureOf();
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error.code).toBe('insufficient_quota');
    expect(error.headers?.get('x-should-retry')).toBe('false');
  });

  const broken: readonly [string, Settings, number][] = [
    ['500', { status: 500 }, 502],
    ['503 in HTML', { status: 503, 'error-body': 'html' }, 503],
    ['529', { status: 529, 'error-body': 'anthropic' }, 503],
    ['a redirection, which is not followed', { status: 302 }, 502],
    ['a broken connection', { cut: 'reset', 'cut-at': 'before-headers' }, 502],
    ['an empty answer', { cut: 'end', 'cut-at': 'after-headers', 'answer-as': 'sse' }, 502],
    ['no answer in time', { hang: 'before-headers' }, 504],
  ];
  it.each(broken)('%s is an InternalServerError', async (_name, knobs, status) => {
    bench.simulator.control.setDefault(knobs);
    const error = await failureOf();
    expect(error).toBeInstanceOf(InternalServerError);
    expect([error.status, error.type]).toEqual([status, 'server_error']);
    expect(error.message).not.toMatch(/<html|ECONN|at .*\.ts/i);
  });

  it('a token that is refused is the gateway’s trouble, not the key’s', async () => {
    bench.simulator.control.setDefault({ status: 401 });
    expect(await failureOf()).toBeInstanceOf(InternalServerError);
  });

  it('what no credential may use is a PermissionDeniedError with the reason', async () => {
    bench.simulator.control.setDefault({ status: 403, 'error-message': 'Rovo is off for this site' });
    const error = await failureOf();
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error.message).toContain('Rovo is off for this site');
  });

  it('inside a stream is thrown at the reader, after the text before it', async () => {
    bench.simulator.control.setDefault({ 'stream-error': 'anthropic', 'stream-error-at': 3, chunks: 10 });
    let text = '';
    const reading = (async () => {
      for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? '';
      }
    })();
    await expect(reading).rejects.toBeInstanceOf(APIError);
    expect(text).not.toBe('');
  });

  describe('and tries again by itself', () => {
    it('after a rate limit, no sooner than it was told', async () => {
      const limited: Settings = { status: 429, 'error-body': 'openai', 'retry-after': 1 };
      // One per route of the model: the gateway tries all of them before it reports an error.
      bench.simulator.control.next(limited, limited, limited);
      const startedAt = Date.now();
      const completion = await clientOf(1).chat.completions.create({ model, messages });
      expect(completion.choices[0]?.message.content).toBe('You said: Hello');
      expect(Date.now() - startedAt).toBeGreaterThanOrEqual(900);
      expect(modelRequests().map(({ status }) => status)).toEqual([429, 429, 429, 200]);
    });

    it('after a passing trouble', async () => {
      bench.simulator.control.next({ status: 503, 'retry-after': 1 });
      const completion = await clientOf(2).chat.completions.create({ model, messages });
      expect(completion.choices[0]?.message.content).toBe('You said: Hello');
    });

    it.each([
      ['used-up credits', { status: 429, 'error-body': 'usage-resets', credits: 'rate-limited' }],
      ['a request that is wrong', { status: 400, 'error-body': 'openai' }],
    ] satisfies [string, Settings][])('but not after %s', async (_name, knobs) => {
      bench.simulator.control.setDefault(knobs);
      await expect(clientOf(3).chat.completions.create({ model, messages })).rejects.toBeInstanceOf(APIError);
      expect(modelRequests()).toHaveLength(1);
    });
  });
});
