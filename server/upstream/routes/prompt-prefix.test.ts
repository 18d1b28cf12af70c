import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message, Part, TextPart } from '../../conversation/message.ts';
import type { Tool } from '../../conversation/request.ts';
import { isRecord, type JsonRecord, readArray, readRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { upstreamRoutes } from './index.ts';

/*
 * Vendors cache a prompt by its beginning. When a conversation grows, all that was sent before has to be sent again as it
 * was, whatever a route changes: names, ids, arguments, images of the model, proofs of other vendors.
 */

const models: Readonly<Record<string, readonly string[]>> = {
  unified: ['anthropic:claude-sonnet-4@20250514', 'openai:gpt-5', 'google:gemini-3-pro-preview'],
  'vertex-anthropic': ['claude-sonnet-4-5@20250929', 'claude-opus-4-7'],
  'bedrock-anthropic': ['claude-sonnet-4-5@20250929', 'claude-3-5-sonnet-v2@20241022'],
  'vertex-gemini': ['gemini-2.5-pro', 'gemini-3-pro-preview'],
  'gemini-chat': ['gemini-2.5-pro', 'gemini-3-pro-preview'],
  'openai-chat': ['gpt-5', 'gpt-4.1'],
  'openai-responses': ['gpt-5', 'o3'],
};

const names = ['f', 'a.b', 'a_b', 'x'.repeat(70), 'naïve tool'];
const tools: readonly Tool[] = names.map((name) => ({ type: 'function', name, parameters: { type: 'object' } }));
const say = (text: string): TextPart => ({ type: 'text', text });
const image: Part = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } };

const text = fc.constantFrom('a', 'Hello', 'ü');
const proof = fc.constantFrom(
  undefined,
  ...['gemini', 'anthropic-messages', 'openai-responses'].map((dialect) => ({ dialect, value: 'c2ln' })),
);
const called = fc.record({
  name: fc.constantFrom(...names, 'undeclared'),
  id: fc.constantFrom('call', 'an id!', 'x'.repeat(90)),
  args: fc.constantFrom('{}', '{"x":1}', '{"x":', '', '[1]'),
  signed: fc.boolean(),
  result: fc.subarray<Part>([say('r'), image]),
});
const turn = fc.record({
  thought: fc.option(fc.record({ text, proof })),
  answer: fc.subarray<Part>([say('Hi'), image], { minLength: 1 }),
  calls: fc.array(called, { maxLength: 3 }),
  question: text,
  note: fc.boolean(),
});
type Turn = typeof turn extends fc.Arbitrary<infer Value> ? Value : never;

const opening: readonly Message[] = [
  { role: 'system', parts: [say('Be brief.')] },
  { role: 'user', parts: [say('q')] },
];

function messagesOf({ thought, answer, calls, question, note }: Turn, place: number): readonly Message[] {
  const reasoning: readonly Part[] =
    thought === null ? [] : [{ type: 'reasoning', text: thought.text, ...withoutUndefined({ proof: thought.proof }) }];
  const sent = calls.map((call, index) => ({ ...call, id: `${call.id}${place}.${index}` }));
  const parts = sent.map(
    ({ id, name, args, signed }): Part => ({
      ...{ type: 'tool-call', id, name, arguments: args },
      ...(signed && { proof: { dialect: 'gemini', value: 'c2ln' } }),
    }),
  );
  const results = sent.map(({ id, result }): Part => ({ type: 'tool-result', callId: id, parts: result }));
  const messages: readonly Message[] = [
    { role: 'assistant', parts: [...reasoning, ...answer, ...parts] },
    { role: 'user', parts: results },
    { role: 'system', parts: note ? [say('Note.')] : [] },
    { role: 'user', parts: results.length > 0 ? [] : [say(question)] },
  ];
  return messages.filter((message) => message.parts.length > 0);
}

/** The parts that are sent, each with the members of its message, and all other members of the body. */
function sentParts(body: readonly Uint8Array[]): { readonly parts: readonly string[]; readonly rest: string } {
  const json = readRecord(withoutBreakpoints(JSON.parse(Buffer.concat(body).toString())));
  const payload = isRecord(json.request_payload) ? json.request_payload : json;
  const { messages, contents, input, ...rest } = payload;
  const list = readArray(messages ?? contents ?? input).map(readRecord);
  return { parts: list.flatMap(partsOf).map((part) => JSON.stringify(part)), rest: JSON.stringify(rest) };
}

function partsOf({ content, parts, ...message }: JsonRecord): readonly unknown[] {
  const list = content ?? parts;
  return Array.isArray(list) ? list.map((part: unknown) => ({ ...message, part })) : [{ ...message, list }];
}

/** They move to the newest messages. */
function withoutBreakpoints(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutBreakpoints);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).filter(([name]) => name !== 'cache_control');
  return Object.fromEntries(members.map(([name, member]) => [name, withoutBreakpoints(member)]));
}

describe.each([...upstreamRoutes.values()])('$name', (route) => {
  test.each(models[route.name] ?? [])('what was sent to %s stays when the conversation grows', (model) => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 2, maxLength: 4 }), (turns) => {
        const encode = (count: number) => {
          const messages = [...opening, ...turns.slice(0, count).flatMap(messagesOf)];
          const request = { model, stream: false, messages, tools, choiceCount: 1 };
          return sentParts(
            route.encodeRequest(request, { model, maxOutputTokens: null, refusedMembers: new Set() }).body,
          );
        };
        const before = encode(turns.length - 1);
        const after = encode(turns.length);
        expect(after.parts.slice(0, before.parts.length)).toEqual(before.parts);
        expect(after.rest).toBe(before.rest);
      }),
      { numRuns: 100 },
    );
  });
});

test('every route is tested', () => {
  expect(Object.keys(models).sort()).toEqual([...upstreamRoutes.keys()].sort());
});
