import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { gatewayPath } from '../routes.ts';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { send } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});
afterEach(() => simulator.control.reset());

const asked = { role: 'user', content: 'Go' };
const chatTools = [
  { type: 'function', function: { name: 'look' } },
  { type: 'function', function: { name: 'keep' } },
];
const chat = (results: number) => [
  asked,
  ...Array.from({ length: results }, (_, at) => ({ role: 'tool', tool_call_id: `call_${at}`, content: 'ok' })),
];

/** A conversation with this many tool results in each wire format; one is followed by text. */
const wires: readonly [string, string, (results: number) => object][] = [
  [
    'unified',
    '/v2/beta/chat',
    (results) => ({
      request_payload: { messages: chat(results), tools: chatTools },
      platform_attributes: { model: 'sim-model' },
    }),
  ],
  [
    'openai-chat',
    '/v1/openai/v1/chat/completions',
    (results) => ({ model: 'sim-gpt-4', messages: chat(results), tools: chatTools }),
  ],
  [
    'openai-responses',
    '/v1/openai/v1/responses',
    (results) => ({
      model: 'sim-gpt-4',
      input: [
        asked,
        ...Array.from({ length: results }, () => ({ type: 'function_call_output', call_id: 'call_1', output: 'ok' })),
      ],
      tools: [
        { type: 'function', name: 'look' },
        { type: 'function', name: 'keep' },
      ],
    }),
  ],
  [
    'vertex-anthropic',
    '/v1/google/v1/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict',
    (results) => ({
      messages: [
        asked,
        ...Array.from({ length: results }, () => ({
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' },
            { type: 'text', text: 'Mind the tool.' },
          ],
        })),
      ],
      tools: [{ name: 'look' }, { name: 'keep' }],
    }),
  ],
  [
    'vertex-gemini',
    '/v1/google/v1/publishers/google/models/gemini-2.0-flash-001:generateContent',
    (results) => ({
      contents: [
        { role: 'user', parts: [{ text: 'Go' }] },
        ...Array.from({ length: results }, () => ({
          role: 'user',
          parts: [{ functionResponse: { name: 'look', response: {} } }],
        })),
      ],
      tools: [{ functionDeclarations: [{ name: 'look' }, { name: 'keep' }] }],
    }),
  ],
];

describe.each(wires)('a script, on %s,', (_name, path, body) => {
  const post = async (sent: object): Promise<string> => {
    const answer = await send(simulator, {
      path: `${gatewayPath}${path}`,
      body: sent,
      headers: { 'x-simulate': 'strict=off' },
    });
    expect(answer.status, answer.text).toBe(200);
    return answer.text;
  };

  test('takes a step for each tool result in the conversation, and stays at its last', async () => {
    simulator.control.script(
      { 'tool-name': 'keep', 'tool-arguments-text': '{"path":"first"}' },
      { 'tool-name': 'look', 'tool-arguments-text': '{"path":"second"}' },
      { text: 'Done.' },
    );
    const answers = await Promise.all([0, 0, 1, 2, 3].map((results) => post(body(results))));
    const said = answers.map((text) => ['first', 'second', 'Done.'].filter((word) => text.includes(word)));
    expect(said).toEqual([['first'], ['first'], ['second'], ['Done.'], ['Done.']]);
  });
});

test('a script leaves requests without tools alone', async () => {
  simulator.control.script({ text: 'Done.' });
  const body = { model: 'sim-gpt-4', messages: [asked] };
  const answer = await send(simulator, { path: `${gatewayPath}/v1/openai/v1/chat/completions`, body });
  expect(answer.text).toContain('You said: Go');
});
