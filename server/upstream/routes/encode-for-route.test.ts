import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { decodeRequest } from '../../dialects/openai-chat/decode-request.ts';
import { toJsonBody } from '../../lib/json-body.ts';
import { encodeForRoute } from './encode-for-route.ts';
import { createOpenaiChatRoute } from './openai-chat/index.ts';

const route = createOpenaiChatRoute();
const body = '{"model":"m", "max_completion_tokens":500, "messages":[{"role":"user","content":"Hi"}]}';

function encode(maxOutputTokens: number | null, dialect = 'openai-chat') {
  const { original, request } = decodeRequest(toJsonBody(body));
  if (original === undefined) expect.fail('no original');
  const target = { model: 'gpt-4.1', maxOutputTokens, refusedMembers: new Set<string>() };
  const encoded = encodeForRoute(route, { original: { ...original, dialect }, request }, target);
  const text = Buffer.concat(encoded.body).toString('utf8');
  // The client's own spaces are only in a relayed body.
  return {
    relayed: text.includes(', "messages"'),
    limit: JSON.parse(text).max_completion_tokens,
    notes: encoded.notes,
  };
}

test("a request in the route's dialect is relayed if its limit on output tokens is within the model's", () => {
  for (const limit of [null, 500]) expect(encode(limit)).toEqual({ relayed: true, limit: 500, notes: [] });
});

test('a request in another dialect is encoded', () => {
  expect(encode(null, 'gemini')).toEqual({ relayed: false, limit: 500, notes: [] });
});

test("a limit on output tokens above the model's is lowered, with a note", () => {
  const note = { member: 'max_tokens', action: 'changed', reason: "This model's limit is 499 tokens." };
  expect(encode(499)).toEqual({ relayed: false, limit: 499, notes: [note] });
});

test.each([
  [128, 'gpt-4.1', {}, false],
  [129, 'gpt-4.1', {}, true],
  [1, 'gpt-5.1', { reasoning: { mode: 'on' } }, true],
  [1, 'gpt-5.1', { reasoning: { mode: 'off' } }, false],
  [0, 'gpt-5.1', { reasoning: { mode: 'on' } }, false],
] as const)('Chat Completions serves %i tools of %s with %j poorly: %j', (count, model, settings, isPoor) => {
  const { request } = decodeRequest(toJsonBody(body));
  const tools = Array.from({ length: count }, (_, index) => ({ type: 'function' as const, name: `f${index}` }));
  expect(route.servesPoorly?.({ ...request(), ...settings, tools }, model)).toBe(isPoor);
});
