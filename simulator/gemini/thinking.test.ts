import { beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { askRoute, type NativeRequest, pick, readEvents, wordsOf } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

const user = { role: 'user', parts: [{ text: 'use f' }] };
const tools = [{ functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT', properties: {} } }] }];
const include = { thinkingConfig: { includeThoughts: true } };
const model = 'gemini-3-flash-preview';

async function whole(body: object, over: Partial<NativeRequest> = {}): Promise<unknown> {
  const answer = await askRoute(simulator, 'vertex-gemini', { body: { contents: [user], ...body }, model, ...over });
  return JSON.parse(answer.text);
}

test('thoughts are shown when asked for, and counted either way', async () => {
  const shown = await whole({ generationConfig: include }, { knobs: 'reasoning-text=Hm' });
  expect(pick(shown, 'candidates.0.content.parts')).toEqual([
    { text: 'Hm', thought: true },
    { text: 'You said: use f', thoughtSignature: expect.any(String) },
  ]);
  expect(shown).toMatchObject({ usageMetadata: { thoughtsTokenCount: 1 } });
  const hidden = await whole({});
  expect(pick(hidden, 'candidates.0.content.parts')).toHaveLength(1);
  expect(hidden).toMatchObject({ usageMetadata: { thoughtsTokenCount: 10 } });
});

test('a budget of none means none', async () => {
  const body = { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } };
  const answer = await whole(body, { model: 'gemini-2.5-flash' });
  expect(pick(answer, 'candidates.0.content.parts')).toEqual([{ text: 'You said: use f' }]);
  expect(answer).not.toHaveProperty('usageMetadata.thoughtsTokenCount');
});

describe('signatures of calls', () => {
  test('stand on the first call and go back on it', async () => {
    const parts = pick(await whole({ tools }, { knobs: 'tool-call-count=2' }), 'candidates.0.content.parts');
    expect(parts).toEqual([
      { functionCall: { name: 'f', args: {} }, thoughtSignature: expect.any(String) },
      { functionCall: { name: 'f', args: {} } },
    ]);
    const reply = { functionResponse: { name: 'f', response: {} } };
    const contents = [user, { role: 'model', parts }, { role: 'user', parts: [reply, reply] }];
    const answer = await askRoute(simulator, 'vertex-gemini', { model, body: { contents, tools } });
    expect(wordsOf(answer)).toBe('accepted');
  });
});

test('streams: the array or events, whatever the query says, if a knob says so', async () => {
  const stream = { model, body: { contents: [user] }, stream: true };
  const array = await askRoute(simulator, 'vertex-gemini', { ...stream, knobs: 'gemini-stream=array' });
  expect(Array.isArray(JSON.parse(array.text))).toBe(true);
  const events = await askRoute(simulator, 'vertex-gemini', { ...stream, knobs: 'gemini-stream=sse,usage=every' });
  const told = readEvents(events.text);
  const counts = told.map((chunk) => Number(pick(chunk, 'usageMetadata.totalTokenCount')));
  expect(counts).toEqual([...counts].sort((one, other) => one - other));
  expect(counts[0]).toBeLessThan(counts.at(-1) ?? 0);
});
