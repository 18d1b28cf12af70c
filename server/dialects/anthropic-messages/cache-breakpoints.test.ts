import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PromptCache } from '../../../simulator/cache/prompt-cache.ts';
import type { PromptBlock } from '../../../simulator/tokens/prompt-block.ts';
import type { Message, Part } from '../../conversation/message.ts';
import type { PromptCaching } from '../../conversation/prompt-caching.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { isRecord, type JsonRecord, parseJson, readArray, readRecord } from '../../lib/json.ts';
import { encodeFor, requestWith } from './testing/encode-for.ts';
import { decodeBody } from './testing/requests.ts';

const model = 'claude-sonnet-4-5@20250929';
const long = 'some words that a model reads '.repeat(400);

function encode(given: Partial<ConversationRequest>, promptCaching: PromptCaching = 'automatic'): JsonRecord {
  return encodeFor(model, given, { promptCaching }).body;
}

/** All blocks of a body in Claude's order, including nested ones. */
function blocksOf(body: JsonRecord): JsonRecord[] {
  const messages = readArray(body.messages).flatMap((message) => readArray(readRecord(message).content));
  const blocks = [...readArray(body.tools), ...readArray(body.system), ...messages].filter(isRecord);
  return blocks.flatMap((block) => [...readArray(block.content).filter(isRecord), block]);
}

function marked(body: JsonRecord): JsonRecord[] {
  return blocksOf(body).filter(({ cache_control: mark }) => mark !== undefined);
}

const text = (said: string): Part => ({ type: 'text', text: said });
const user = (...parts: Part[]): Message => ({ role: 'user', parts });
const assistant = (...parts: Part[]): Message => ({ role: 'assistant', parts });

describe('if the client set no breakpoints', () => {
  const tools = [{ type: 'function', name: 'f', description: long, parameters: { type: 'object' } }] as const;
  const system: Message = { role: 'system', parts: [text(long)] };

  test('the ends of tools, system and the last two turns of the user are marked', () => {
    const body = encode({
      tools,
      messages: [
        system,
        user(text('one')),
        assistant(text('a')),
        user(text('two')),
        assistant(text('b')),
        user(text('three')),
      ],
    });
    expect(marked(body)).toMatchObject([{ name: 'f' }, { text: long }, { text: 'two' }, { text: 'three' }]);
    for (const { cache_control: mark } of marked(body)) expect(mark).toEqual({ type: 'ephemeral' });
  });

  test('prefixes that the model does not cache are not marked', () => {
    expect(marked(encode({ messages: [user(text('Hi'))] }))).toEqual([]);
    const grows = [user(text('Hi')), assistant(text('a')), user(text(long))];
    expect(marked(encode({ messages: grows }))).toMatchObject([{ text: long }]);
    const half = [user(text(long.slice(0, long.length / 2)))];
    expect(marked(encode({ messages: half }))).toHaveLength(1);
    expect(
      marked(encodeFor('claude-opus-4-5@20251101', { messages: half }, { promptCaching: 'automatic' }).body),
    ).toEqual([]);
  });

  test('the gateway marks nothing if only the client may, and there are no marks if the cache is off', () => {
    expect(marked(encode({ messages: [user(text(long))] }, 'client'))).toEqual([]);
    const own = [user({ type: 'text', text: long, cacheBreakpoint: {} }), assistant(text('a')), user(text(long))];
    expect(marked(encode({ messages: own }))).toMatchObject([{ text: long }]);
    expect(marked(encode({ messages: own }, 'client'))).toHaveLength(1);
    const off = encodeFor(model, { messages: own }, { promptCaching: 'off' });
    expect(marked(off.body)).toEqual([]);
    expect(off.notes).toContainEqual(expect.objectContaining({ member: 'cache_control' }));
  });
});

/** Typical turns of agents without thinking: texts, parallel calls, results, images. */
const words = fc.string({ minLength: 1, maxLength: 200 }).map((said) => `x${said}`);
const reply = fc.tuple(words, fc.integer({ min: 0, max: 15 }), words);
const turns = fc.array(reply, { minLength: 1, maxLength: 12 });

function conversationOf(replies: readonly (readonly [string, number, string])[], opening: string): Message[] {
  const messages = [user(text(opening))];
  for (const [turn, [said, calls, next]] of replies.entries()) {
    const ids = Array.from({ length: calls }, (_, index) => `call_${turn}_${index}`);
    const parts = ids.map((id): Part => ({ type: 'tool-call', id, name: 'f', arguments: '{}' }));
    const results = ids.map((callId): Part => ({ type: 'tool-result', callId, parts: [text(next)] }));
    messages.push(assistant(text(said), ...parts), user(...results, ...(calls === 0 ? [text(next)] : [])));
  }
  return messages;
}

const opening = fc.constantFrom('Hi', long, long.slice(0, 3000));
const instruction = fc.constantFrom('', 'Be brief.', long);

describe('whatever the conversation', () => {
  const conversation = fc
    .tuple(opening, instruction, turns, fc.boolean())
    .map(([first, system, replies, withTools]) => ({
      ...(withTools && { tools: [{ type: 'function', name: 'f', description: long }] as const }),
      messages: [
        ...(system === '' ? [] : [{ role: 'system', parts: [text(system)] } as const]),
        ...conversationOf(replies, first),
      ],
    }));

  test('there are at most four breakpoints, and the rest of the body is the same as without them', () => {
    fc.assert(
      fc.property(conversation, (given) => {
        const body = encode(given);
        expect(marked(body).length).toBeLessThanOrEqual(4);
        for (const block of marked(body)) Reflect.deleteProperty(block, 'cache_control');
        expect(body).toEqual(encode(given, 'client'));
      }),
      { numRuns: 200 },
    );
  });

  test('the decoded conversation is the same', () => {
    const decode = (body: JsonRecord) => {
      const request = decodeBody(JSON.stringify({ model: 'm', ...body })).request();
      return parseJson(JSON.stringify(request, (name, value) => (name === 'cacheBreakpoint' ? undefined : value)));
    };
    fc.assert(
      fc.property(conversation, (given) => {
        expect(decode(encode(given))).toEqual(decode(encode(given, 'client')));
      }),
      { numRuns: 100 },
    );
  });
});

/** The blocks of a body in the format of the simulated cache, which caches prefixes of any length here. */
function promptOf(body: JsonRecord): PromptBlock[] {
  const messages = readArray(body.messages).flatMap((message) => readArray(readRecord(message).content));
  return [...readArray(body.tools), ...readArray(body.system), ...messages].filter(isRecord).map((block) => {
    const { cache_control: mark, ...content } = block;
    const written = JSON.stringify(content);
    return { content: written, tokens: written.length, breakpoint: mark === undefined ? null : { seconds: 300 } };
  });
}

test('each turn reads everything from the cache that the previous turn wrote', () => {
  fc.assert(
    fc.property(instruction, turns, fc.boolean(), (system, replies, withTools) => {
      const cache = new PromptCache();
      // Calls need a declared tool.
      const whole = conversationOf(withTools ? replies : replies.map(([said, , next]) => [said, 0, next]), long);
      let written = 0;
      for (let length = 1; length <= whole.length; length += 2) {
        const given = requestWith({
          ...(withTools && { tools: [{ type: 'function', name: 'f', description: long }] }),
          messages: [
            ...(system === '' ? [] : [{ role: 'system', parts: [text(system)] } as const]),
            ...whole.slice(0, length),
          ],
        });
        const place = { email: 'a@b.c', route: 'r', model, conversation: 'c', seconds: 300, now: 0 };
        const blocks = promptOf(encode(given));
        const visit = cache.visit({ ...place, blocks, terms: { kind: 'explicit', minimum: 1 } });
        expect(visit.read).toBe(written);
        written = visit.read + visit.written;
        expect(written).toBe(visit.input);
      }
    }),
    { numRuns: 60 },
  );
});

test('an earlier turn is found when a client adds several turns at once', () => {
  const step = (turn: number): readonly [string, number, string] => [`said ${turn}`, 0, `next ${turn}`];
  const whole = conversationOf(
    Array.from({ length: 30 }, (_, turn) => step(turn)),
    long,
  );
  const cache = new PromptCache();
  const visit = (length: number) =>
    cache.visit({
      ...{ email: 'a@b.c', route: 'r', model, conversation: 'c', seconds: 300, now: 0 },
      blocks: promptOf(encode({ messages: whole.slice(0, length) })),
      terms: { kind: 'explicit', minimum: 1 },
    });
  const first = visit(1);
  expect(first.written).toBe(first.input);
  // More than 60 blocks are new, and all of them are searched.
  expect(visit(59).read).toBeGreaterThanOrEqual(first.written);
});
