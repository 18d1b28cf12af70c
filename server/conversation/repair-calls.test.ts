import { expect, test } from 'vitest';
import { collect } from './collect.ts';
import type { ConversationEvent } from './events.ts';
import { createCallRepairer } from './repair-calls.ts';

const declared = ['Read', 'functions.own', 'parallel'];

function call(block: number, name: string, ...pieces: readonly string[]): readonly ConversationEvent[] {
  const at = { choice: 0, block };
  return [
    { ...at, type: 'block-start', kind: 'tool-call', id: `call_${block}`, name },
    ...pieces.map((text): ConversationEvent => ({ ...at, type: 'block-delta', kind: 'tool-call', text })),
    { ...at, type: 'block-end' },
  ];
}

const text = (block: number): readonly ConversationEvent[] => [
  { choice: 0, block, type: 'block-start', kind: 'text' },
  { choice: 0, block, type: 'block-delta', kind: 'text', text: 'Hi' },
  { choice: 0, block, type: 'block-end' },
];
const finish: ConversationEvent = { type: 'finish', choice: 0, reason: 'tool-calls' };

/** The calls of an answer that arrives event by event. */
function callsOf(events: readonly ConversationEvent[], names: readonly string[] = declared) {
  const transform = createCallRepairer((name) => names.includes(name));
  const repaired = [...events, finish].flatMap((event) => transform([event]));
  const blocks = repaired.flatMap((event) => (event.type === 'block-start' ? [event.block] : []));
  expect(blocks).toEqual(blocks.map((_, index) => index));
  expect(createCallRepairer((name) => names.includes(name))([...events, finish])).toEqual(repaired);
  const [choice] = collect([{ type: 'start' }, ...repaired]).choices;
  return (choice?.parts ?? []).flatMap((part) =>
    part.type === 'tool-call' ? [[part.id, part.name, part.arguments]] : [],
  );
}

test.each([
  ['functions.Read', 'Read'],
  ['default_api.Read', 'Read'],
  ['default_api:Read', 'Read'],
  ['functions.unknown', 'unknown'],
  ['functions.own', 'functions.own'],
  ['functions.', 'functions.'],
  ['my.functions.Read', 'my.functions.Read'],
])('a call of %s is one of %s', (name, expected) => {
  expect(callsOf(call(0, name, '{}'))).toEqual([['call_0', expected, '{}']]);
});

test('the request is not read again for a usual name', () => {
  const transform = createCallRepairer(() => {
    throw new Error('not needed');
  });
  const events = [...text(0), ...call(1, 'Read', '{}')];
  expect(transform(events)).toEqual(events);
});

test.each(['multi_tool_use.parallel', 'parallel'])('a bundle named %s becomes its calls', (name) => {
  const uses = '[{"recipient_name":"functions.Read","parameters":{"n":1.0}},{"recipient_name":"Read"}]';
  const events = [...text(0), ...call(1, name, '{"tool_uses":', uses, '}'), ...text(2), ...call(3, 'Read', '{}')];
  expect(callsOf(events, ['Read'])).toEqual([
    ['call_1', 'Read', '{"n":1.0}'],
    ['call_1_2', 'Read', '{}'],
    ['call_3', 'Read', '{}'],
  ]);
});

test.each([
  ['no bundle', '{"tool_uses":[]}'],
  ['a call without a name', '{"tool_uses":[{"parameters":{}}]}'],
  ['broken', '{"tool_uses":['],
])('what is %s stays as it is', (_what, written) => {
  expect(callsOf(call(0, 'parallel', written), ['Read'])).toEqual([['call_0', 'parallel', written]]);
});

test("a tool of the client's by that name stays as it is", () => {
  const written = '{"tool_uses":[{"recipient_name":"Read"}]}';
  expect(callsOf(call(0, 'parallel', written))).toEqual([['call_0', 'parallel', written]]);
});

test('events without calls are not copied', () => {
  const events = [...text(0), finish];
  expect(createCallRepairer(() => false)(events)).toBe(events);
});
