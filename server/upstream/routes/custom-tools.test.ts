import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { decodeBody } from '../../dialects/openai-responses/testing/decode-body.ts';
import { readArray, readRecord } from '../../lib/json.ts';
import { createOpenaiChatRoute } from './openai-chat/index.ts';
import { createOpenaiResponsesRoute } from './openai-responses/index.ts';
import type { RouteTarget } from './route.ts';

const decoded = decodeBody({
  model: 'm',
  input: [
    { role: 'user', content: 'Change it.' },
    { type: 'custom_tool_call', call_id: 'a', name: 'patch', input: 'x' },
    { type: 'custom_tool_call_output', call_id: 'a', output: 'done' },
  ],
  tools: [{ type: 'custom', name: 'patch', description: 'd'.repeat(1100) }],
});
const target = (model: string, refused: readonly string[] = []): RouteTarget => ({
  model,
  maxOutputTokens: null,
  refusedMembers: new Set(refused),
});
const refusal = ['tools[].type=custom'];

function typesIn(body: readonly Uint8Array[]): unknown[] {
  const { tools, messages, input } = readRecord(JSON.parse(Buffer.concat(body).toString('utf8')));
  const calls = readArray(messages).flatMap((message) => readArray(readRecord(message).tool_calls));
  return [...readArray(tools), ...calls, ...readArray(input).slice(1)].map((each) => readRecord(each).type);
}

const asCustom = { chat: ['custom', 'custom'], responses: ['custom', 'custom_tool_call', 'custom_tool_call_output'] };
const asFunctions = {
  chat: ['function', 'function'],
  responses: ['function', 'function_call', 'function_call_output'],
};

describe('custom tools', () => {
  const [chat, responses] = [createOpenaiChatRoute(), createOpenaiResponsesRoute()];

  test.each([
    ['gpt-5-2025-08-07', [], asCustom],
    ['gpt-5.6-luna', [], asCustom],
    ['gpt-5-2025-08-07', refusal, asFunctions],
    ['gpt-4.1', [], asFunctions],
    ['o3', [], asFunctions],
  ])('of %s that refuses %j', (model, refused, expected) => {
    const request = decoded.request();
    expect(typesIn(chat.encodeRequest(request, target(model, refused)).body)).toEqual(expected.chat);
    expect(typesIn(responses.encodeRequest(request, target(model, refused)).body)).toEqual(expected.responses);
  });

  test('that are refused are not relayed', () => {
    const { original } = decoded;
    if (original === undefined) throw new Error('the body cannot be relayed');
    const relay = (refused: readonly string[]) => responses.relayRequest?.(original, target('gpt-5.1', refused));
    expect(typesIn(relay([])?.body ?? [])).toEqual(asCustom.responses);
    expect(relay(refusal)).toBeUndefined();
  });
});
