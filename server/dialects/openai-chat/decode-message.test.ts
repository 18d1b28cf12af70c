import { describe, expect, test } from 'vitest';
import type { Message } from '../../conversation/message.ts';
import type { TranslationNote } from '../../conversation/translation.ts';
import { decodeBody } from './testing/decode-body.ts';

function decode(...messages: readonly unknown[]): {
  readonly messages: readonly Message[];
  readonly notes: readonly TranslationNote[];
} {
  const { request, notes } = decodeBody({ model: 'm', messages });
  return { messages: request.messages, notes };
}

const user = { role: 'user', content: 'q' };
const text = (value: string) => ({ type: 'text', text: value });
const png = { type: 'base64', mediaType: 'image/png', data: 'AA==' };
const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } };
const result = { role: 'tool', tool_call_id: 'a', content: 'r' };

describe('roles', () => {
  test.each([
    ['system', { role: 'system', content: 'a', name: 'n' }, { role: 'system', parts: [text('a')], name: 'n' }],
    [
      'developer',
      { role: 'developer', content: [text('a'), text('b')] },
      { role: 'developer', parts: [text('a'), text('b')] },
    ],
    ['user', { role: 'user', content: 'a', name: 'n' }, { role: 'user', parts: [text('a')], name: 'n' }],
    ['assistant', { role: 'assistant', content: 'a' }, { role: 'assistant', parts: [text('a')] }],
  ])('%s', (_role, message, expected) => {
    expect(decode(user, message)).toEqual({
      messages: [{ role: 'user', parts: [text('q')] }, expected],
      notes: [],
    });
  });

  test('tool calls and their results', () => {
    const { messages, notes } = decode(user, { role: 'assistant', content: null, tool_calls: [call] }, result);
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', parts: [{ type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' }] },
      { role: 'user', parts: [{ type: 'tool-result', callId: 'a', parts: [text('r')] }] },
    ]);
    expect(notes).toEqual([]);
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
    const parts = messages.flatMap((message) => message.parts);
    const ids = parts.flatMap((part) => (part.type === 'tool-call' ? part.id : []));
    expect(new Set(ids).size).toBe(3);
    expect(parts.flatMap((part) => (part.type === 'tool-result' ? part.callId : []))).toEqual(ids);
    expect(messages[2]?.parts).toMatchObject([{ type: 'tool-result', name: 'f', parts: [text('f')] }]);
  });
});

describe('parts', () => {
  test('text, images in both formats, refusals', () => {
    const { messages, notes } = decode(
      {
        role: 'user',
        content: [
          text('a'),
          { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
          { type: 'image_url', image_url: 'data:image/png;base64,AA==' },
          { type: 'image_url', image_url: { url: 'data:image/svg+xml,%3Csvg/%3E', detail: null } },
        ],
      },
      { role: 'assistant', content: [text('b'), { type: 'refusal', refusal: 'no' }] },
    );
    expect(messages).toEqual([
      {
        role: 'user',
        parts: [
          text('a'),
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' }, detail: 'low' },
          { type: 'image', source: png },
          { type: 'image', source: { type: 'base64', mediaType: 'image/svg+xml', data: 'PHN2Zy8+' } },
        ],
      },
      { role: 'assistant', parts: [text('b'), { type: 'refusal', text: 'no' }] },
    ]);
    expect(notes).toEqual([]);
  });

  test('an unknown kind passes through', () => {
    const video = { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } };
    expect(decode({ role: 'user', content: [video] }).messages[0]?.parts).toEqual([
      {
        ...{ type: 'vendor', dialect: 'openai-chat', value: video },
        otherwise: { type: 'document', source: { type: 'url', url: video.video_url.url, mediaType: 'video/mp4' } },
      },
    ]);
  });

  test('audio and files', () => {
    const pdf = { type: 'base64', mediaType: 'application/pdf', data: 'JVBERg==' };
    const { messages } = decode({
      role: 'user',
      content: [
        { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' } },
        { type: 'file', file: { file_data: 'JVBERg==' } },
      ],
    });
    expect(messages[0]?.parts).toEqual([
      { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: 'AA==' } },
      { type: 'document', source: pdf, filename: 'a.pdf' },
      { type: 'document', source: pdf },
    ]);
  });

  test('a tool may answer with an image', () => {
    const content = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }];
    const { messages } = decode(user, { role: 'assistant', tool_calls: [call] }, { ...result, content });
    expect(messages[2]?.parts).toEqual([{ type: 'tool-result', callId: 'a', parts: [{ type: 'image', source: png }] }]);
  });
});

describe('cleaning without loss adds no warning', () => {
  const clean = [
    { role: 'user', parts: [text('q')] },
    { role: 'assistant', parts: [text('a')] },
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
    expect(decode(user, { role: 'assistant', content: 'a', ...members })).toEqual({ messages: clean, notes: [] });
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
    expect(messages[1]).toMatchObject({ parts: [{ arguments: '{}' }] });
  });

  test('arguments that are the object itself', () => {
    const { messages } = decode(
      user,
      { role: 'assistant', tool_calls: [{ ...call, function: { name: 'f', arguments: { x: 1 } } }] },
      result,
    );
    expect(messages[1]).toMatchObject({ parts: [{ arguments: '{"x":1}' }] });
  });

  test('an assistant message with an empty content', () => {
    const { messages } = decode(user, { role: 'assistant', content: '', tool_calls: [call] }, result);
    expect(messages[1]?.parts).toMatchObject([{ type: 'tool-call' }]);
  });
});

describe('members that are kept', () => {
  test.each([
    [{ type: 'thinking', thinking: [{ type: 'text', text: 'h' }, { type: 'reference' }, 'm'] }],
    [{ type: 'thinking', thinking: 'hm' }],
    [{ type: 'reasoning', text: 'hm' }],
    [{ type: 'reasoning_text', text: 'hm' }],
  ])('reasoning as a part: %j', (part) => {
    const { messages } = decode(user, {
      role: 'assistant',
      content: [part, { type: 'thinking', thinking: [] }, text('a')],
    });
    expect(messages[1]?.parts).toEqual([{ type: 'reasoning', text: 'hm' }, text('a')]);
  });

  test('refusals and reasoning', () => {
    const { messages } = decode(user, { role: 'assistant', content: 'a', refusal: 'no', reasoning_content: 'hm' });
    expect(messages[1]?.parts).toEqual([{ type: 'reasoning', text: 'hm' }, text('a'), { type: 'refusal', text: 'no' }]);
  });

  test('cache marks on parts and on messages', () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const { messages, notes } = decode(
      { role: 'system', content: [{ ...text('a'), ...mark }, text('b')] },
      { role: 'user', content: [text('c'), text('d')], ...mark },
      { role: 'user', content: [{ ...text('e'), prompt_cache_breakpoint: { mode: 'explicit' } }] },
    );
    expect(messages.map(({ parts }) => parts)).toEqual([
      [{ ...text('a'), cacheBreakpoint: {} }, text('b')],
      [text('c'), { ...text('d'), cacheBreakpoint: {} }],
      [{ ...text('e'), cacheBreakpoint: {} }],
    ]);
    expect(notes).toEqual([]);
  });
});

describe('losses are reported once', () => {
  test('unknown members', () => {
    const odd = { role: 'user', content: [{ ...text('a'), mine: 1 }], other: 2 };
    const { messages, notes } = decode(odd, odd, odd);
    expect(messages[0]).toEqual({ role: 'user', parts: [text('a')] });
    expect(notes.map((note) => note.member)).toEqual(['messages[0].other', 'messages[0].content[0].mine']);
  });

  test('a cache mark where there is nothing to mark', () => {
    const { notes } = decode({
      role: 'user',
      content: [{ type: 'video_url', video_url: {} }],
      cache_control: {},
    });
    expect(notes.map((note) => note.member)).toEqual(['messages[0].cache_control']);
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
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'user']);
  expect(messages[1]?.parts).toMatchObject([{ type: 'tool-call', id: 'a' }, text('thinking')]);
  expect(messages[2]?.parts).toMatchObject([{ type: 'tool-result', callId: 'a' }]);
});
