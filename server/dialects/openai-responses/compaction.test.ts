import { describe, expect, test } from 'vitest';
import { readResponsesStream, requireResponsesSchema } from '../../../test/schemas/responses.ts';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import { noUsage } from '../../conversation/usage.ts';
import { asByteString, fromByteString } from '../../lib/byte-string.ts';
import { isRecord } from '../../lib/json.ts';
import { decodeBody, decodeCompactBody } from './testing/decode-body.ts';

const context = { id: 'x', created: 1_750_000_000, model: 'm', estimateInputTokens: () => 1 };
const bytesOf = (body: object) => Buffer.from(JSON.stringify({ model: 'm', ...body }));

const summary: readonly ConversationEvent[] = [
  { type: 'block-start', choice: 0, block: 0, kind: 'reasoning' },
  { type: 'block-delta', choice: 0, block: 0, kind: 'reasoning', text: 'hidden' },
  { type: 'block-end', choice: 0, block: 0 },
  { type: 'block-start', choice: 0, block: 1, kind: 'text' },
  { type: 'block-delta', choice: 0, block: 1, kind: 'text', text: 'They said hi, ' },
  { type: 'block-delta', choice: 0, block: 1, kind: 'text', text: '然后走了。' },
  { type: 'block-end', choice: 0, block: 1 },
  { type: 'finish', choice: 0, reason: 'stop' },
];

const image = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' };
const history = [
  { role: 'user', content: [{ type: 'input_text', text: 'Look' }, image] },
  { type: 'function_call', call_id: 'done', name: 'f', arguments: '{}' },
  { type: 'function_call_output', call_id: 'done', output: 'ok' },
  { type: 'function_call', call_id: 'open', name: 'f', arguments: '{"x":1}' },
];

function compact(body: object): unknown {
  const { encoders } = decodeCompactBody(bytesOf(body));
  const whole: unknown = JSON.parse(
    fromByteString(encoders.encodeAnswer({ ...collect(summary), usage: noUsage }, context)),
  );
  requireResponsesSchema('CompactedResponse', whole);
  return isRecord(whole) ? whole.output : undefined;
}

function trigger(events: readonly ConversationEvent[]) {
  const body = { stream: true, instructions: 'Be a pirate.', input: [...history, { type: 'compaction_trigger' }] };
  const decoded = decodeBody(bytesOf(body));
  const encoder = decoded.encoders.createStreamEncoder(context);
  const text = fromByteString(asByteString(encoder.encode(events) + encoder.end(noUsage)));
  return { request: decoded.request(), text };
}

describe('a compaction', () => {
  test('requests a summary of the finished part, without the instructions', () => {
    const { messages, toolChoice } = decodeCompactBody(bytesOf({ input: history, instructions: 'Pirate' })).request();
    expect(JSON.stringify(messages)).not.toContain('Pirate');
    expect(JSON.stringify(messages)).not.toContain('"open"');
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user', 'user']);
    expect(toolChoice).toBeUndefined();
  });

  test('keeps tools, which must not be called', () => {
    const tools = [{ type: 'function', name: 'f', parameters: {} }];
    const request = decodeCompactBody(bytesOf({ input: history, tools })).request();
    expect(request.toolChoice).toEqual({ type: 'none' });
  });

  test('can be continued: summary, images and open calls', () => {
    const output = compact({ input: history });
    expect(output).toMatchObject([{ type: 'compaction', id: expect.stringMatching(/^cmp_/) }]);
    const next = [
      ...(Array.isArray(output) ? output : []),
      { type: 'function_call_output', call_id: 'open', output: '1' },
    ];
    const { messages } = decodeBody(bytesOf({ input: next })).request();
    expect(messages.map(({ role, parts }) => [role, ...parts.map(({ type }) => type)])).toEqual([
      ['user', 'text'],
      ['user', 'image'],
      ['assistant', 'tool-call'],
      ['user', 'tool-result'],
    ]);
    expect(JSON.stringify(messages[0])).toContain('They said hi, 然后走了。');
  });

  test('keeps the images that the model generated', () => {
    const drawn = { type: 'image_generation_call', id: 'ig_x_0', status: 'completed', result: 'iVBORw0KGgo=' };
    const output = compact({ input: [{ role: 'user', content: 'Draw' }, drawn, { role: 'user', content: 'And?' }] });
    const next = [...(Array.isArray(output) ? output : []), { role: 'user', content: 'More' }];
    const { messages } = decodeBody(bytesOf({ input: next })).request();
    expect(messages.map(({ role, parts }) => [role, ...parts.map(({ type }) => type)])).toEqual([
      ['user', 'text'],
      ['assistant', 'image'],
      ['user', 'text'],
    ]);
  });

  test('of a compaction keeps the kept items of that one', () => {
    const [first] = [compact({ input: history })];
    const again = compact({ input: [...(Array.isArray(first) ? first : []), { role: 'user', content: 'And?' }] });
    const next = [
      ...(Array.isArray(again) ? again : []),
      { type: 'function_call_output', call_id: 'open', output: '1' },
    ];
    const { messages } = decodeBody(bytesOf({ input: next })).request();
    expect(messages.flatMap(({ parts }) => parts.map(({ type }) => type))).toEqual([
      ...['text', 'image', 'tool-call', 'tool-result'],
    ]);
  });

  test('is never relayed: another server cannot read it', () => {
    const output = compact({ input: 'Hi' });
    expect(decodeBody(bytesOf({ input: output })).original).toBeUndefined();
  });

  test.each([{}, { input: [] }])('of nothing is rejected: %j', (body) => {
    expect(() => decodeCompactBody(bytesOf(body))).toThrow(expect.objectContaining({ kind: 'invalid-request' }));
  });

  test('without a model is rejected', () => {
    const body = Buffer.from(JSON.stringify({ input: 'Hi' }));
    expect(() => decodeCompactBody(body)).toThrow(expect.objectContaining({ parameter: 'model' }));
  });

  test('without a summary fails', () => {
    const { encoders } = decodeCompactBody(bytesOf({ input: 'Hi' }));
    const nothing = { ...collect(summary.slice(0, 3)), usage: noUsage };
    expect(() => encoders.encodeAnswer(nothing, context)).toThrow('did not write a summary');
  });
});

describe('a trigger at the end of the input', () => {
  test('streams exactly one compaction, and nothing else', () => {
    const { request, text } = trigger(summary);
    expect(request.stream).toBe(true);
    expect(JSON.stringify(request.messages)).not.toContain('pirate');
    const events = readResponsesStream(text);
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(text).not.toContain('They said');
    expect(events.at(-1)?.response).toMatchObject({ output: [{ type: 'compaction' }] });
  });

  test('fails if the model writes no summary', () => {
    expect(trigger([]).text).toContain('response.failed');
  });

  test.each([
    [{ input: [...history, { type: 'compaction_trigger' }] }, 'stream'],
    [{ stream: true, input: [{ type: 'compaction_trigger' }, { role: 'user', content: 'a' }] }, 'input[0].type'],
  ])('elsewhere, or without a stream, is rejected', (body, parameter) => {
    expect(() => decodeBody(bytesOf(body))).toThrow(expect.objectContaining({ parameter }));
  });
});
