import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { basic, chat, send, unifiedPath } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});
afterEach(() => simulator.control.reset());

describe('authentication', () => {
  const body = {
    request_payload: { messages: [{ role: 'user', content: 'hi' }] },
    platform_attributes: { model: 'sim-x' },
  };
  const statusFor = async (headers: Readonly<Record<string, string>>): Promise<number | null> =>
    (await send(simulator, { path: unifiedPath, headers, body })).status;
  const encoded = Buffer.from('alice@example.com:token').toString('base64');

  test.each([
    ['basic', { authorization: basic() }, 200],
    ['bearer', { authorization: 'Bearer access-token' }, 200],
    ['nothing', { authorization: '' }, 401],
    ['no base64 of a pair', { authorization: 'Basic abc' }, 401],
    ['no token', { authorization: basic('alice@example.com', '') }, 401],
    ['an invalid token', { authorization: basic('alice@example.com', 'invalid-token') }, 401],
    ['a fitting encoded token', { authorization: basic(), 'x-atlassian-encodedtoken': encoded }, 200],
    ['another encoded token', { authorization: basic(), 'x-atlassian-encodedtoken': `${encoded}x` }, 401],
  ])('%s', async (_, headers, status) => {
    expect(await statusFor(headers)).toBe(status);
  });

  test('a list of credentials', async () => {
    simulator.control.allowOnly([{ email: 'alice@example.com', token: 'token' }]);
    expect(await statusFor({ authorization: basic() })).toBe(200);
    expect(await statusFor({ authorization: basic('alice@example.com', 'other') })).toBe(401);
    expect(await statusFor({ authorization: basic('bob@example.com') })).toBe(401);
  });
});

describe('what is wrong is named', () => {
  test('a knob that does not exist', async () => {
    expect(await chat(simulator, { knobs: 'paec=3' })).toMatchObject({
      status: 400,
      text: '{"message":"Simulator: header x-simulate: unknown knob \\"paec\\""}',
    });
    expect(await chat(simulator, { model: 'sim-x#pace=x' })).toMatchObject({
      status: 400,
      text: expect.stringContaining('model sim-x: knob'),
    });
    expect(await chat(simulator, { email: 'a+what@b.c' })).toMatchObject({
      status: 400,
      text: expect.stringContaining('email a+what@b.c'),
    });
  });

  test('a route that does not exist', async () => {
    expect(await send(simulator, { path: '/rovodev/v2/proxy/ai/v1/models' })).toMatchObject({ status: 404 });
    expect(await send(simulator, { path: unifiedPath })).toMatchObject({ status: 404 });
  });

  test('a body that is no JSON or has no messages', async () => {
    expect(await send(simulator, { path: unifiedPath, body: '{' })).toMatchObject({
      status: 400,
      text: expect.stringContaining('JSON'),
    });
    expect(
      await send(simulator, { path: unifiedPath, body: { platform_attributes: { model: 'sim-x' } } }),
    ).toMatchObject({
      status: 400,
      text: '{"message":"request_payload: Field required"}',
    });
    expect(await send(simulator, { path: unifiedPath, body: {} })).toMatchObject({
      text: '{"message":"platform_attributes.model: Field required"}',
    });
    expect(await chat(simulator, { payload: { messages: [] } })).toMatchObject({
      status: 400,
      text: expect.stringContaining('at least one'),
    });
  });
});

describe('models', () => {
  test.each([
    ['', 400, '{"message":"Model Id [gpt-9] not found"}'],
    ['unknown-model=404', 404, '{"message":"Model Id [gpt-9] not found"}'],
    ['unknown-model=accept', 200, expect.stringContaining('You said')],
  ])('an unknown model, %s', async (knobs, status, text) => {
    expect(await chat(simulator, { model: 'gpt-9', knobs })).toMatchObject({ status, text });
  });

  test('a model that the credential may not use', async () => {
    const knobs = 'denied-models=claude-opus*|sim-a';
    expect(await chat(simulator, { knobs, model: 'claude-opus-4@20250514' })).toMatchObject({
      status: 403,
      text: '{"message":"You are not entitled to use model claude-opus-4@20250514"}',
    });
    expect((await chat(simulator, { knobs, model: 'sim-a' })).status).toBe(403);
    expect((await chat(simulator, { knobs, model: 'sim-ab' })).status).toBe(200);
  });
});

describe('limits and parameters', () => {
  test('a body that is too long', async () => {
    const payload = { messages: [{ role: 'user', content: 'x'.repeat(500) }] };
    expect(await chat(simulator, { knobs: 'overflow-bytes=500', payload })).toMatchObject({
      status: 400,
      text: '{"message":"prompt is too long: 210000 tokens > 200000 maximum"}',
    });
    expect(await chat(simulator, { knobs: 'overflow-bytes=500,overflow-status=413', payload })).toMatchObject({
      status: 413,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
    expect((await chat(simulator, { knobs: 'overflow-bytes=5000', payload })).status).toBe(200);
  });

  test('max_tokens and stop are honoured or ignored', async () => {
    const told = async (payload: object, knobs = ''): Promise<string> =>
      (await chat(simulator, { knobs, payload: { ...payload } })).text;
    expect(await told({ max_tokens: 2 })).toMatch(/"text":"You said".*"finish_reason":"max_tokens"/);
    expect(await told({ max_completion_tokens: 1 })).toMatch(/"text":"You "/);
    expect(await told({ stop: ['wide', 'said'] })).toMatch(/"text":"You ".*"finish_reason":"stop_sequence"/);
    expect(await told({ max_tokens: 2, stop: 'said' }, 'parameters=ignore')).toContain('You said: hello wide world');
  });

  test('unknown parameters are accepted or named', async () => {
    const payload = { seed: 1, temperature: 1 };
    expect((await chat(simulator, { payload })).status).toBe(200);
    expect(await chat(simulator, { payload, knobs: 'parameters=reject' })).toMatchObject({
      status: 400,
      text: '{"message":"seed: Extra inputs are not permitted"}',
    });
    expect(await chat(simulator, { payload, knobs: 'reject-parameters=top_p|temperature' })).toMatchObject({
      text: '{"message":"temperature: Extra inputs are not permitted"}',
    });
  });

  test.each([
    ['accept', 200, 200],
    ['reject', 400, 400],
    ['image_url-only', 200, 400],
    ['image-only', 400, 200],
  ])('images=%s', async (images, asUrl, asImage) => {
    const withPart = (part: object): object => ({
      messages: [{ role: 'user', content: [{ type: 'text', text: 'see' }, part] }],
    });
    const url = 'data:image/png;base64,AA==';
    const first = await chat(simulator, {
      knobs: `images=${images}`,
      payload: { ...withPart({ type: 'image_url', image_url: { url } }) },
    });
    const second = await chat(simulator, {
      knobs: `images=${images}`,
      payload: { ...withPart({ type: 'image', image: { url } }) },
    });
    expect([first.status, second.status]).toEqual([asUrl, asImage]);
    if (asUrl === 200) expect(first.text).toContain('You said: see (with 1 image)');
  });

  test('the encoded token', async () => {
    expect((await chat(simulator, { knobs: 'encoded-token=required' })).status).toBe(401);
    const headers = { 'x-atlassian-encodedtoken': basic().slice('Basic '.length) };
    expect((await chat(simulator, { knobs: 'encoded-token=required', headers })).status).toBe(200);
  });

  test('the cloud id', async () => {
    const headers = { 'x-atlassian-cloudid': 'site-1' };
    expect((await chat(simulator, { knobs: 'cloud-id=required' })).text).toBe('{"message":"Cloud ID is required"}');
    expect((await chat(simulator, { knobs: 'cloud-id=required', headers })).status).toBe(200);
    expect((await chat(simulator, { knobs: 'cloud-id=billing-required', headers })).status).toBe(400);
    const billing = { 'x-rovodev-billing-cloudid': 'site-1' };
    for (const knobs of ['cloud-id=required', 'cloud-id=billing-required']) {
      expect((await chat(simulator, { knobs, headers: billing })).status).toBe(200);
    }
    expect(await chat(simulator, { headers: { 'x-atlassian-cloudid': 'bad-one' } })).toMatchObject({
      status: 400,
      text: '{"message":"Invalid cloud ID bad-one"}',
    });
  });
});
