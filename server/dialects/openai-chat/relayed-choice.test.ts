import { describe, expect, test } from 'vitest';
import type { ConversationEvent } from '../../conversation/events.ts';
import { noUsage } from '../../conversation/usage.ts';
import { asByteString, fromByteString } from '../../lib/byte-string.ts';
import { readArray, readRecord } from '../../lib/json.ts';
import { ChatAnswerReader } from './decode-answer.ts';
import { createRelayEncoders } from './encoders.ts';

const context = { id: 'own', created: 1, model: 'asked', estimateInputTokens: () => 1 };
const encoders = createRelayEncoders({ includeUsage: false, legacyFunctions: false });
const usage = { ...noUsage, inputTokens: 7, outputTokens: 3 };

/** The chunks of a relayed stream, as the gateway's own reader tells the upstream's chunks. */
function relay(...chunks: readonly object[]) {
  let made = 0;
  const brokenAnswer = (message: string) => {
    throw new Error(message);
  };
  const newId = () => {
    made += 1;
    return `new_${made}`;
  };
  const reader = new ChatAnswerReader({ newId, readFailure: () => brokenAnswer('failed'), brokenAnswer });
  const encoder = encoders.createStreamEncoder(context);
  let written = '';
  for (const chunk of chunks) {
    const events: ConversationEvent[] = [{ type: 'frame', data: JSON.stringify(chunk) }];
    reader.read(chunk, events);
    written += encoder.encode(events);
  }
  const events: ConversationEvent[] = [];
  reader.end(events);
  written += encoder.encode(events) + encoder.end(usage);
  return fromByteString(asByteString(written))
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => readRecord(readArray(readRecord(JSON.parse(line.slice('data: '.length))).choices)[0]));
}

const chunk = (delta: object, finish: string | null = null) => ({
  id: 'c',
  created: 1,
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const call = (members: object, called: object) => ({ tool_calls: [{ ...members, function: called }] });
const start = call({ index: 0, id: 'a', type: 'function' }, { name: 'f', arguments: '' });
const whole = (id: string) => ({ index: 0, id, type: 'function', function: { name: 'f', arguments: '{"x":1}' } });
const rest = call({ index: 0 }, { arguments: '{"x":1}' });

function callsIn(choices: ReturnType<typeof relay>) {
  const calls: { id: unknown; name: unknown; text: string }[] = [];
  for (const { delta } of choices) {
    for (const fragment of readArray(readRecord(delta).tool_calls).map(readRecord)) {
      const { name, arguments: text } = readRecord(fragment.function);
      const index = Number(fragment.index);
      expect(typeof text).toBe('string');
      if (fragment.id !== undefined) calls[index] = { id: fragment.id, name, text: '' };
      const known = calls[index];
      if (known !== undefined) known.text += String(text);
    }
  }
  return calls;
}

describe('a relayed stream has what clients rely on', () => {
  test.each<[string, readonly object[], readonly object[]]>([
    [
      'as OpenAI writes it',
      [chunk({ role: 'assistant', ...start }), chunk(rest), chunk({}, 'tool_calls')],
      [{ id: 'a' }],
    ],
    ['that stop, says the upstream', [chunk(start), chunk(rest), chunk({}, 'stop')], [{ id: 'a' }]],
    ['without an index', [chunk(call({ id: 'a' }, { name: 'f', arguments: '{"x":1}' }), 'stop')], [{ id: 'a' }]],
    [
      'without an id',
      [chunk(call({ index: 0, id: '' }, { name: 'f', arguments: '{"x":1}' }), 'stop')],
      [{ id: 'new_1' }],
    ],
    [
      'with nulls in what is not repeated',
      [
        chunk({ role: 'assistant', ...start }),
        chunk({
          role: null,
          tool_calls: [{ index: 0, id: null, type: null, function: { name: null, arguments: '{"x":1}' } }],
        }),
        chunk({ role: null, tool_calls: null }, 'tool_calls'),
      ],
      [{ id: 'a' }],
    ],
    ['with an object', [chunk(call({ index: 0, id: 'a' }, { name: 'f', arguments: { x: 1 } }), 'stop')], [{ id: 'a' }]],
    [
      'that lose their form midway',
      [chunk(start), chunk(call({ index: null, id: null }, { arguments: '{"x":1}' }), 'stop')],
      [{ id: 'a' }],
    ],
    [
      'of which two share an index',
      [chunk({ tool_calls: [whole('a'), whole('b')] }, 'stop')],
      [{ id: 'a' }, { id: 'b' }],
    ],
    [
      'of which one goes on in the chunk with another one that has no index',
      [chunk(start), chunk({ tool_calls: [...rest.tool_calls, { ...whole('b'), index: null }] }), chunk({}, 'stop')],
      [{ id: 'a' }, { id: 'b' }],
    ],
    [
      'of which two share an id',
      [
        chunk(start),
        chunk(rest),
        chunk(call({ index: 1, id: 'a', type: 'function' }, { name: 'f', arguments: '{"x":1}' })),
        chunk({}, 'stop'),
      ],
      [{ id: 'a' }, { id: 'new_1' }],
    ],
  ])('calls %s', (_name, chunks, expected) => {
    const choices = relay(...chunks);
    expect(callsIn(choices)).toEqual(expected.map((each) => ({ name: 'f', text: '{"x":1}', ...each })));
    expect(choices[0]).toMatchObject({ delta: { role: 'assistant' } });
    expect(JSON.stringify(choices.slice(1).map(({ delta }) => delta))).not.toContain('null');
    expect(choices.map((choice) => choice.finish_reason).filter((reason) => reason !== null)).toEqual(['tool_calls']);
    expect(choices.at(-1)?.finish_reason).toBe('tool_calls');
  });

  test.each<[string, object]>([
    ['as a text', call({ index: 0, id: 'a', type: 'function' }, { name: 'f', arguments: '' })],
    ['as null', call({ index: 0, id: 'a', type: 'function' }, { name: 'f', arguments: null })],
  ])('arguments that are empty %s', (_name, delta) => {
    const calls = [{ id: 'a', name: 'f', text: '{}' }];
    expect(callsIn(relay(chunk(delta), chunk({}, 'tool_calls')))).toEqual(calls);
    expect(callsIn(relay(chunk(delta, 'tool_calls')))).toEqual(calls);
  });

  test.each<[string, readonly object[]]>([
    ['a text in parts', [chunk({ content: [{ type: 'text', text: 'hi' }] }, 'stop')]],
    ['a message in place of a delta', [{ choices: [{ message: { content: 'hi' }, finish_reason: 'stop' }] }]],
    ['an end that comes twice', [chunk({ content: 'hi' }, 'stop'), chunk({ content: '' }, 'stop')]],
    ["another vendor's reason", [chunk({ content: 'hi' }, 'end_turn')]],
    ['calls that are announced, but none', [chunk({ content: 'hi' }, 'tool_calls')]],
    ['a function call that is announced, but none', [chunk({ content: 'hi' }), chunk({}, 'function_call')]],
    [
      'empty reasons before the end',
      [
        chunk({ content: 'hi' }, ''),
        chunk({ content: '!' }, 'null'),
        chunk({ content: '?' }, 'None'),
        chunk({}, 'stop'),
      ],
    ],
    ['empty reasons, also at the end', [chunk({ content: 'hi' }, ''), chunk({}, '')]],
    ['empty roles', [chunk({ role: '', content: 'hi' }), chunk({ role: '', content: '!' }, 'stop')]],
  ])('%s', (_name, chunks) => {
    const choices = relay(...chunks);
    expect(choices[0]).toMatchObject({ index: 0, delta: { role: 'assistant', content: 'hi' } });
    expect(choices.map((choice) => choice.finish_reason).filter((reason) => reason !== null)).toEqual(['stop']);
    expect(choices.at(-1)?.finish_reason).toBe('stop');
    expect(choices.map(({ delta }) => readRecord(delta).role ?? 'assistant')).not.toContain('');
  });
});

test.each(['tool_calls', 'function_call'])(
  'a whole answer that announces calls (%s), but has none',
  (finish_reason) => {
    const frame = JSON.stringify({ choices: [{ index: 0, message: { content: 'hi' }, finish_reason }] });
    const choices = [{ index: 0, parts: [{ type: 'text', text: 'hi' }], finish: { reason: 'stop' } }] as const;
    expect(JSON.parse(fromByteString(encoders.encodeAnswer({ frame, choices, usage }, context)))).toMatchObject({
      choices: [{ finish_reason: 'stop', message: { content: 'hi' } }],
    });
  },
);

test('a whole answer with a call in another form is encoded anew', () => {
  const message = { content: null, tool_calls: [{ id: 'a', function: { name: 'f', arguments: { x: 1 } } }] };
  const frame = JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] });
  const parts = [{ type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' }] as const;
  const choices = [{ index: 0, parts, finish: { reason: 'tool-calls' } }] as const;
  expect(JSON.parse(fromByteString(encoders.encodeAnswer({ frame, choices, usage }, context)))).toMatchObject({
    choices: [
      {
        finish_reason: 'tool_calls',
        message: { tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }] },
      },
    ],
  });
});
