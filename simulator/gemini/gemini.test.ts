import { beforeAll, describe, expect, test } from 'vitest';
import { gatewayPath } from '../routes.ts';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { pick, type RawAnswer, readEvents, send } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

const contents = [{ role: 'user', parts: [{ text: 'hello world' }] }];

function post(method: string, body: object, knobs = '', model = 'gemini-2.0-flash-001'): Promise<RawAnswer> {
  const path = `${gatewayPath}/v1/google/v1/publishers/google/models/${model}:${method}`;
  return send(simulator, { path, body, headers: knobs === '' ? {} : { 'x-simulate': knobs } });
}

test('answers whole', async () => {
  expect(JSON.parse((await post('generateContent', { contents })).text)).toMatchObject({
    candidates: [
      { content: { role: 'model', parts: [{ text: 'You said: hello world' }] }, finishReason: 'STOP', index: 0 },
    ],
    usageMetadata: { promptTokenCount: 2, candidatesTokenCount: 6, totalTokenCount: 8 },
    modelVersion: 'gemini-2.0-flash-001',
  });
});

describe('streams', () => {
  const texts = (told: readonly unknown[]): string =>
    told.map((chunk) => pick(chunk, 'candidates.0.content.parts.0.text')).join('');

  test('a JSON array', async () => {
    const answer = await post('streamGenerateContent', { contents });
    expect(answer.headers['content-type']).toBe('application/json; charset=UTF-8');
    const told: readonly unknown[] = JSON.parse(answer.text);
    expect(told).toHaveLength(4);
    expect(texts(told)).toBe('You said: hello world');
    expect(told[0]).not.toHaveProperty('candidates.0.finishReason');
    expect(told[3]).toMatchObject({ candidates: [{ finishReason: 'STOP' }], usageMetadata: { totalTokenCount: 8 } });
  });

  test('events with alt=sse, without [DONE]', async () => {
    const answer = await post('streamGenerateContent?alt=sse', { contents }, 'line-end=crlf,usage=every');
    expect(answer.headers['content-type']).toContain('text/event-stream');
    expect(answer.text).not.toContain('[DONE]');
    const told = readEvents(answer.text.replaceAll('\r\n', '\n'));
    expect(texts(told)).toBe('You said: hello world');
    for (const chunk of told) expect(chunk).toHaveProperty('usageMetadata');
  });
});

describe('tools and formats', () => {
  const tools = [
    { functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT', properties: { n: { type: 'INTEGER' } } } }] },
  ];

  test('calls functions, with schema types in capitals', async () => {
    const toolConfig = { functionCallingConfig: { mode: 'ANY' } };
    expect(JSON.parse((await post('generateContent', { contents, tools, toolConfig })).text)).toMatchObject({
      candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: { n: 1 } } }] } }],
    });
  });

  test('reads their responses', async () => {
    const call = { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] };
    const result = { role: 'user', parts: [{ functionResponse: { name: 'f', response: { t: 21 } } }] };
    expect((await post('generateContent', { contents: [...contents, call, result], tools })).text).toContain(
      'The tool answered: {\\"t\\":21}',
    );
  });

  test('answers in JSON', async () => {
    const generationConfig = {
      responseMimeType: 'application/json',
      responseSchema: { type: 'OBJECT', properties: { ok: { type: 'BOOLEAN' } } },
    };
    expect((await post('generateContent', { contents, generationConfig })).text).toContain('"text":"{\\"ok\\":true}"');
  });

  test('thoughts are parts marked so', async () => {
    expect(
      JSON.parse((await post('generateContent', { contents }, 'reasoning=thinking,reasoning-text=Hm')).text),
    ).toMatchObject({
      candidates: [{ content: { parts: [{ text: 'Hm', thought: true }, { text: 'You said: hello world' }] } }],
      usageMetadata: { thoughtsTokenCount: 1 },
    });
  });
});

test("errors are Google's", async () => {
  expect(JSON.parse((await post('generateContent', {})).text)).toMatchObject({
    error: { code: 400, status: 'INVALID_ARGUMENT' },
  });
  expect(JSON.parse((await post('generateContent', { contents }, '503')).text)).toMatchObject({
    error: { code: 503, status: 'UNAVAILABLE' },
  });
  expect(JSON.parse((await post('generateContent', { contents }, '', 'gpt-5.1')).text)).toMatchObject({
    error: { message: 'Model Id [gpt-5.1] not found' },
  });
});
