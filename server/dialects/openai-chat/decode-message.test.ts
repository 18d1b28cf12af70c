import { describe, expect, test } from 'vitest';
import type { Message, Warning } from '../../conversation/request.ts';
import { decodeBody } from './testing/decode-body.ts';

function decode(...messages: readonly unknown[]): {
  readonly messages: readonly Message[];
  readonly warnings: readonly Warning[];
} {
  const { request, warnings } = decodeBody({ model: 'm', messages });
  return { messages: request.messages, warnings };
}

const user = { role: 'user', content: 'q' };
const text = (value: string) => ({ type: 'text', text: value });
const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } };
const result = { role: 'tool', tool_call_id: 'a', content: 'r' };

describe('roles', () => {
  test.each([
    ['system', { role: 'system', content: 'a', name: 'n' }, { role: 'system', content: [text('a')], name: 'n' }],
    [
      'developer',
      { role: 'developer', content: [text('a'), text('b')] },
      { role: 'developer', content: [text('a'), text('b')] },
    ],
    ['user', { role: 'user', content: 'a', name: 'n' }, { role: 'user', content: [text('a')], name: 'n' }],
    ['assistant', { role: 'assistant', content: 'a' }, { role: 'assistant', content: [text('a')], toolCalls: [] }],
  ])('%s', (_role, message, expected) => {
    expect(decode(user, message)).toEqual({
      messages: [{ role: 'user', content: [text('q')] }, expected],
      warnings: [],
    });
  });

  test('tool calls and their results', () => {
    const { messages, warnings } = decode(user, { role: 'assistant', content: null, tool_calls: [call] }, result);
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', content: [], toolCalls: [{ id: 'a', name: 'f', arguments: '{"x":1}' }] },
      { role: 'tool', toolCallId: 'a', content: [text('r')] },
    ]);
    expect(warnings).toEqual([]);
  });

  test('legacy function calls and their results, by name', () => {
    const called = (name: string) => ({ role: 'assistant', content: null, function_call: { name, arguments: '{}' } });
    const answered = (name: string) => ({ role: 'function', name, content: name });
    const { messages } = decode(
      user,
      called('f'),
      answered('f'),
      called('g'),
      answered('g'),
      called('f'),
      answered('f'),
    );
    const ids = messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls[0]?.id : []));
    expect(new Set(ids).size).toBe(3);
    expect(messages.flatMap((message) => (message.role === 'tool' ? message.toolCallId : []))).toEqual(ids);
    expect(messages[2]).toMatchObject({ role: 'tool', name: 'f', content: [text('f')] });
  });
});

describe('parts', () => {
  test('text, images in both writings, refusals', () => {
    const { messages, warnings } = decode(
      {
        role: 'user',
        content: [
          text('a'),
          { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
          { type: 'image_url', image_url: 'data:image/png;base64,AA==' },
          { type: 'image_url', image_url: { url: 'data:,', detail: null } },
        ],
      },
      { role: 'assistant', content: [text('b'), { type: 'refusal', refusal: 'no' }] },
    );
    expect(messages).toEqual([
      {
        role: 'user',
        content: [
          text('a'),
          { type: 'image', url: 'https://example.com/a.png', detail: 'low' },
          { type: 'image', url: 'data:image/png;base64,AA==' },
          { type: 'image', url: 'data:,' },
        ],
      },
      { role: 'assistant', content: [text('b'), { type: 'refusal', text: 'no' }], toolCalls: [] },
    ]);
    expect(warnings).toEqual([]);
  });

  test('a kind that nobody knows passes through', () => {
    const video = { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } };
    expect(decode({ role: 'user', content: [video] }).messages[0]?.content).toEqual([{ type: 'opaque', value: video }]);
  });

  test('a tool may answer with an image', () => {
    const content = [{ type: 'image_url', image_url: { url: 'data:,' } }];
    const { messages } = decode(user, { role: 'assistant', tool_calls: [call] }, { ...result, content });
    expect(messages[2]?.content).toEqual([{ type: 'image', url: 'data:,' }]);
  });
});

describe('cleaning that loses nothing warns of nothing', () => {
  const clean = [
    { role: 'user', content: [text('q')] },
    { role: 'assistant', content: [text('a')], toolCalls: [] },
  ];
  test.each([
    ['a null refusal', { refusal: null }],
    ['what an SDK parsed', { parsed: { x: 1 } }],
    ['annotations of an earlier answer', { annotations: [] }],
    ['null calls', { tool_calls: null, function_call: null }],
    ['no calls', { tool_calls: [] }],
    ['null audio', { audio: null }],
    ['a null name', { name: null }],
  ])('%s', (_name, members) => {
    expect(decode(user, { role: 'assistant', content: 'a', ...members })).toEqual({ messages: clean, warnings: [] });
  });

  test.each([
    ['empty', ''],
    ['blank', ' '],
    ['missing', undefined],
    ['null', null],
  ])('%s arguments of a call', (_name, written) => {
    const { messages } = decode(
      user,
      { role: 'assistant', tool_calls: [{ ...call, function: { name: 'f', arguments: written } }] },
      result,
    );
    expect(messages[1]).toMatchObject({ toolCalls: [{ arguments: '{}' }] });
  });

  test('arguments that are the object itself', () => {
    const { messages } = decode(
      user,
      { role: 'assistant', tool_calls: [{ ...call, function: { name: 'f', arguments: { x: 1 } } }] },
      result,
    );
    expect(messages[1]).toMatchObject({ toolCalls: [{ arguments: '{"x":1}' }] });
  });

  test('an assistant message with an empty content', () => {
    const { messages } = decode(user, { role: 'assistant', content: '', tool_calls: [call] }, result);
    expect(messages[1]?.content).toEqual([]);
  });
});

describe('what is kept', () => {
  test('refusals and reasoning', () => {
    const { messages } = decode(user, { role: 'assistant', content: 'a', refusal: 'no', reasoning_content: 'hm' });
    expect(messages[1]?.content).toEqual([
      { type: 'reasoning', text: 'hm' },
      text('a'),
      { type: 'refusal', text: 'no' },
    ]);
  });

  test('cache marks on parts and on messages', () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const { messages, warnings } = decode(
      { role: 'system', content: [{ ...text('a'), ...mark }, text('b')] },
      { role: 'user', content: [text('c'), text('d')], ...mark },
      { role: 'user', content: [{ ...text('e'), prompt_cache_breakpoint: { mode: 'explicit' } }] },
    );
    expect(messages.map(({ content }) => content)).toEqual([
      [{ ...text('a'), cacheBreakpoint: true }, text('b')],
      [text('c'), { ...text('d'), cacheBreakpoint: true }],
      [{ ...text('e'), cacheBreakpoint: true }],
    ]);
    expect(warnings).toEqual([]);
  });
});

describe('what is lost is told, once', () => {
  test('members that nobody knows', () => {
    const odd = { role: 'user', content: [{ ...text('a'), mine: 1 }], other: 2 };
    const { messages, warnings } = decode(odd, odd, odd);
    expect(messages[0]).toEqual({ role: 'user', content: [text('a')] });
    expect(warnings.map((warning) => warning.parameter)).toEqual(['messages[0].other', 'messages[0].content[0].mine']);
  });

  test('a cache mark where there is no text', () => {
    const image = { type: 'image_url', image_url: { url: 'data:,' }, cache_control: {} };
    const { warnings } = decode({ role: 'user', content: [image], cache_control: {} });
    expect(warnings.map((warning) => warning.parameter)).toEqual([
      'messages[0].content[0].cache_control',
      'messages[0].cache_control',
    ]);
  });
});

test('histories are put into order', () => {
  const { messages } = decode(
    user,
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'assistant', content: 'thinking' },
    { role: 'user', content: 'wait' },
    result,
  );
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
  expect(messages[1]).toMatchObject({ content: [text('thinking')], toolCalls: [{ id: 'a' }] });
});
