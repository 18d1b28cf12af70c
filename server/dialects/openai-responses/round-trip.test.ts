import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message, Part } from '../../conversation/message.ts';
import type { ConversationRequest, ResponseFormat, ToolChoice } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { encodeResponsesRequest } from './encode-request.ts';
import { responsesName } from './name.ts';
import { decodeBody } from './testing/decode-body.ts';

/* A conversation that is encoded for an upstream is decoded to the same conversation. */

const word = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => text.isWellFormed());
const data = fc.constantFrom('AA==', 'AAAA', 'iVBORw0KGgo=');
const text = word.map((said): Part => ({ type: 'text', text: said }));
const detail = fc.constantFrom('auto', 'low', 'high');
const image = fc.oneof(
  fc.record({ data, detail }).map(({ data: base64, detail: seen }): Part => {
    return { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: base64 }, detail: seen };
  }),
  detail.map(
    (seen): Part => ({ type: 'image', source: { type: 'url', url: 'https://a.example/b.png' }, detail: seen }),
  ),
);
const document = data.map((base64): Part => {
  return {
    type: 'document',
    source: { type: 'base64', mediaType: 'application/pdf', data: base64 },
    filename: 'a.pdf',
  };
});
const user = fc
  .array(fc.oneof(text, image, document), { minLength: 1, maxLength: 3 })
  .map((parts): Message => ({ role: 'user', parts }));
const other = fc
  .tuple(fc.constantFrom('system' as const, 'developer' as const), fc.array(text, { minLength: 1, maxLength: 2 }))
  .map(([role, parts]): Message => ({ role, parts }));

const reasoning = fc.record({ words: fc.option(word, { nil: '' }), value: word.map((name) => `gAAAA${name}`) });
const phase = fc.constantFrom(undefined, 'commentary', 'final_answer');
const said = fc.tuple(word, phase, fc.boolean()).map(([words, kind, refuses]): Part => {
  if (refuses) return { type: 'refusal', text: words };
  const vendor = kind === undefined ? {} : { vendor: { [responsesName]: { phase: kind } } };
  return { type: 'text', text: words, ...vendor };
});
const call = fc.record({
  name: fc.constantFrom('f', 'get_weather'),
  written: fc.constantFrom('{}', '{"x":1}', '{"x":'),
  result: fc.oneof(
    word.map((words): Part[] => [{ type: 'text', text: words }]),
    fc.tuple(text, image).map((parts): Part[] => parts),
  ),
});

/** One turn of the model, followed by the results of its calls. */
const turn = fc
  .record({
    thought: fc.option(reasoning, { nil: undefined }),
    words: fc.array(said, { maxLength: 2 }),
    calls: fc.array(call, { maxLength: 2 }),
    id: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .map(({ thought, words, calls, id }): Message[] => {
    const proof = thought && { dialect: responsesName, value: thought.value, itemId: `rs_${id}` };
    const parts: Part[] = [
      ...(thought && proof ? [{ type: 'reasoning' as const, text: thought.words, proof }] : []),
      ...words,
      ...calls.map(({ name, written }, index): Part => {
        return { type: 'tool-call', id: `call_${id}_${index}`, name, arguments: written };
      }),
    ];
    const results = calls.map(({ result }, index): Part => {
      return { type: 'tool-result', callId: `call_${id}_${index}`, parts: result };
    });
    if (parts.length === 0) return [];
    return [{ role: 'assistant', parts }, ...(results.length > 0 ? [{ role: 'user' as const, parts: results }] : [])];
  });

/** Ids are unique, and each turn of the model is followed by a message of the client. */
const messages = fc
  .tuple(fc.array(other, { maxLength: 2 }), fc.array(fc.tuple(user, turn), { minLength: 1, maxLength: 3 }), user)
  .map(([instructions, turns, last]) => [
    ...instructions,
    ...turns.flatMap(([asked, answer]) => [asked, ...answer]),
    last,
  ])
  .filter((all) => {
    const ids = all.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])));
    return new Set(ids).size === ids.length;
  });

const tool = fc.record({
  type: fc.constant('function' as const),
  name: fc.constantFrom('f', 'get_weather'),
  description: word,
  parameters: fc.constant({ type: 'object', properties: { x: { type: 'number' } } }),
  strict: fc.boolean(),
});
const choice = fc.constantFrom<ToolChoice>(
  { type: 'auto' },
  { type: 'none' },
  { type: 'required' },
  { type: 'tool', name: 'f' },
  { type: 'allowed', mode: 'required', names: ['f'] },
);
const format = fc.constantFrom<ResponseFormat>(
  { type: 'text' },
  { type: 'json' },
  { type: 'json-schema', name: 's', schema: { type: 'object' }, strict: true },
);
const request = fc
  .record({
    messages,
    tool,
    toolChoice: choice,
    parallelToolCalls: fc.boolean(),
    responseFormat: format,
    maxOutputTokens: fc.integer({ min: 16, max: 1000 }),
    verbosity: fc.constantFrom('low', 'high'),
    effort: fc.constantFrom('low', 'high'),
    user: word,
    cacheKey: word,
    stream: fc.boolean(),
  })
  .map(({ tool: only, effort, ...rest }): ConversationRequest => {
    const f = { ...only, name: 'f' };
    return { ...rest, model: 'gpt-5.1', tools: [f], choiceCount: 1, reasoning: { mode: 'on', effort, shown: true } };
  });

test('an encoded conversation is decoded to the same conversation', () => {
  fc.assert(
    fc.property(request, (given) => {
      const notes = new TranslationLog();
      const body = encodeResponsesRequest(given, {
        model: given.model,
        customTools: false,
        notes,
      });
      expect(notes.list()).toEqual([]);
      const { affinityKey: _, ...read } = decodeBody(body).request();
      expect(read).toEqual(given);
    }),
    { numRuns: 300 },
  );
});
