import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { gatewayPath } from '../routes.ts';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { basic, type RawAnswer, send, unifiedPath } from '../test-client.ts';
import type { RouteName } from './doors.ts';

let clock = 0;
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ now: () => clock });
  return () => simulator.close();
});
afterEach(() => {
  simulator.control.reset();
  clock = 0;
});

const messages = [{ role: 'user', content: 'hello' }];
const anthropic = { max_tokens: 100, messages };

/** A request that every route serves while its door is open. */
const requests: Readonly<Record<RouteName, { readonly path: string; readonly body: object }>> = {
  unified: { path: unifiedPath, body: { request_payload: { messages }, platform_attributes: { model: 'sim-model' } } },
  'vertex-anthropic': {
    path: `${gatewayPath}/v1/google/v1/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict`,
    body: { anthropic_version: 'vertex-2023-10-16', ...anthropic },
  },
  'bedrock-anthropic': {
    path: `${gatewayPath}/v1/bedrock/model/anthropic.claude-sonnet-4-20250514-v1%3A0/invoke`,
    body: { anthropic_version: 'bedrock-2023-05-31', ...anthropic },
  },
  'vertex-gemini': {
    path: `${gatewayPath}/v1/google/v1/publishers/google/models/gemini-2.5-pro:generateContent`,
    body: { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] },
  },
  'gemini-chat': {
    path: `${gatewayPath}/v1/google/publishers/google/v1/chat/completions`,
    body: { model: 'gemini-2.5-pro', messages },
  },
  'openai-chat': { path: `${gatewayPath}/v1/openai/v1/chat/completions`, body: { model: 'gpt-5.1', messages } },
  'openai-responses': { path: `${gatewayPath}/v1/openai/v1/responses`, body: { model: 'gpt-5.1', input: 'hello' } },
};
const names = Object.keys(requests) as RouteName[];

function ask(route: RouteName, email?: string): Promise<RawAnswer> {
  return send(simulator, { ...requests[route], headers: { authorization: basic(email) } });
}

test('every route is open at first', async () => {
  for (const name of names) expect((await ask(name)).status).toBe(200);
});

test.each(names)('%s alone is shut', async (shut) => {
  simulator.control.setDefault({ [`door-${shut}`]: 'shut' });
  for (const name of names) expect((await ask(name)).status === 200).toBe(name !== shut);
  const requestsSeen = simulator.control.requests({ route: shut });
  expect(requestsSeen).toHaveLength(1);
});

test.each(names)('%s alone is open', async (open) => {
  simulator.control.setDefault({ doors: 'shut', [`door-${open}`]: 'open' });
  for (const name of names) expect((await ask(name)).status === 200).toBe(name === open);
});

test('since 2025 the unified route answers 429 to everybody', async () => {
  for (const name of names) {
    const answer = await ask(name, 'alice+native-only@example.com');
    expect(answer.status).toBe(name === 'unified' ? 429 : 200);
    if (name === 'unified') {
      expect(answer.text).toBe('');
      expect(answer.headers).not.toHaveProperty('retry-after');
    }
  }
  for (const name of names) {
    expect((await ask(name, 'alice+unified-only@example.com')).status === 200).toBe(name === 'unified');
  }
});

test('a shut route refuses as seen on it', async () => {
  simulator.control.setDefault({ doors: 'shut' });
  expect(JSON.parse((await ask('vertex-anthropic')).text)).toMatchObject({
    status: 404,
    error: 'Not Found',
    path: requests['vertex-anthropic'].path,
  });
  const bedrock = await ask('bedrock-anthropic');
  expect(bedrock).toMatchObject({ status: 403, headers: { 'content-type': 'text/html; charset=utf-8' } });
  expect((await ask('openai-responses')).status).toBe(503);
});

test('a credential and a model have doors of their own', async () => {
  simulator.control.setCredential('bob@example.com', { 'door-vertex-anthropic': '500' });
  expect((await ask('vertex-anthropic', 'bob@example.com')).status).toBe(500);
  expect((await ask('vertex-anthropic', 'carol@example.com')).status).toBe(200);
  simulator.control.setModel('gemini-2.5-pro', { 'door-gemini-chat': 'html-502' });
  expect((await ask('gemini-chat')).status).toBe(502);
  expect((await ask('vertex-gemini')).status).toBe(200);
});

describe('doors that break connections', () => {
  test('reset', async () => {
    simulator.control.setDefault({ 'door-openai-chat': 'reset' });
    expect(await ask('openai-chat')).toMatchObject({ status: null, error: 'ECONNRESET' });
  });

  test('hang', async () => {
    simulator.control.setDefault({ 'door-openai-chat': 'hang' });
    const leaving = new AbortController();
    const answer = send(simulator, { ...requests['openai-chat'], signal: leaving.signal });
    await simulator.control.waitForRequest(({ route }) => route === 'openai-chat');
    leaving.abort();
    expect((await answer).status).toBeNull();
  });
});

test('a flapping door opens and shuts by the clock', async () => {
  simulator.control.setDefault({ doors: 'flapping', 'flap-period': 10 });
  const statuses: (number | null)[] = [];
  for (let second = 0; second < 40; second += 1) {
    statuses.push((await ask('unified')).status);
    simulator.control.advanceClock(1000);
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(20);
  expect(statuses.filter((status) => status === 503)).toHaveLength(20);
  expect(statuses.slice(0, 10)).toEqual(statuses.slice(30));
});

test('a request that meets a shut door costs nothing', async () => {
  simulator.control.setDefault({ doors: 'shut' });
  await ask('unified');
  expect(simulator.control.state().credentials[0]?.totalCredits).toBe(0);
});

test('the clock moves over HTTP too', async () => {
  const answer = await send(simulator, { path: '/__simulator/clock', body: { advanceMs: 5_000 } });
  expect(answer.status).toBe(204);
  await ask('unified');
  expect(simulator.control.lastRequest().startedAt).toBe(5_000);
  expect((await send(simulator, { path: '/__simulator/clock', body: {} })).status).toBe(400);
});
