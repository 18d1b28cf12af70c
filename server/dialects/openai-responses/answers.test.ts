import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readResponsesStream, requireResponsesSchema } from '../../../test/schemas/responses.ts';
import { type AnswerPart, readAnswerText } from '../../conversation/answer.ts';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import { describeGeneratedImage } from '../../conversation/generated-image.ts';
import { arbitraryAnswer, arbitraryUsage } from '../../conversation/testing/arbitrary-events.ts';
import { checkEvents } from '../../conversation/testing/check-events.ts';
import { noUsage } from '../../conversation/usage.ts';
import { asByteString, fromByteString } from '../../lib/byte-string.ts';
import { readArray, readRecord } from '../../lib/json.ts';
import { readAnswer } from '../testing/read-answer.ts';
import { ResponsesAnswerReader } from './decode-answer.ts';
import { decodeBody } from './testing/decode-body.ts';

const context = { id: 'x', created: 1_750_000_000, model: 'm', estimateInputTokens: () => 1 };

function encodersOf(members: object = {}) {
  const body = { model: 'm', input: 'Hi', stream: true, ...members };
  return decodeBody(body).encoders;
}

const everything = { reasoning: { summary: 'auto' }, include: ['reasoning.encrypted_content'] };

function streamOf(events: readonly ConversationEvent[], members: object = everything, usage = noUsage): string {
  const encoder = encodersOf(members).createStreamEncoder(context);
  return fromByteString(asByteString(encoder.encode(events) + encoder.end(usage)));
}

const read = (values: readonly unknown[]) => readAnswer((options) => new ResponsesAnswerReader(options), values);

const firstChoice = arbitraryAnswer.map((events) =>
  events.filter((event) => !('choice' in event) || event.choice === 0),
);

/** The content of a part that the API has members for. */
function told(part: AnswerPart): unknown {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return [part.type, readAnswerText(part.text)];
    case 'tool-call':
      return [part.type, part.name, part.arguments === '' ? '{}' : part.arguments];
    case 'reasoning':
      return part.text === '' ? undefined : [part.type, part.text];
    case 'image':
      // An image that is only a URL becomes a text.
      return part.source.type === 'base64'
        ? [part.type, part.source.data]
        : ['text', describeGeneratedImage(part.source, 'This API')];
    case 'vendor':
      return undefined;
  }
}

describe('a stream', () => {
  test('follows its life cycle for any answer, and adds up to the complete response', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(firstChoice, arbitraryUsage, (events, usage) => {
        const last = readResponsesStream(streamOf(events, everything, usage)).at(-1);
        const whole = encodersOf(everything).encodeAnswer({ ...collect(events), usage }, context);
        const response: unknown = JSON.parse(fromByteString(whole));
        requireResponsesSchema('ResponseComplete', response);
        expect(last?.response).toEqual(response);
        const ids = readArray(readRecord(response).output).map((item) => readRecord(item).id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 200 },
    );
  });

  test('is decoded to the same answer', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(firstChoice, (events) => {
        const back = read(readResponsesStream(streamOf(events)));
        checkEvents(back);
        const [one, other] = [events, back].map((list) => collect(list).choices[0]?.parts.map(told).filter(Boolean));
        const isSaid = (part: unknown) => Array.isArray(part) && part.at(-1) !== '';
        expect(other?.filter(isSaid)).toEqual(one?.filter(isSaid));
      }),
      { numRuns: 200 },
    );
  });

  test('that fails reports the error in both formats, and ends', () => {
    const encoder = encodersOf().createStreamEncoder(context);
    const text = encoder.encode([]) + encoder.fail(new Failure('overloaded', 'Too busy.'));
    const events = readResponsesStream(fromByteString(asByteString(text)));
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'error',
      'response.failed',
    ]);
    expect(events[2]).toMatchObject({
      code: 'server_is_overloaded',
      message: 'Too busy.',
      error: { message: 'Too busy.' },
    });
    expect(events[3]).toMatchObject({ response: { status: 'failed', error: { code: 'server_is_overloaded' } } });
  });
});

describe('an answer', () => {
  const called = (name: string, args: string): ConversationEvent[] => [
    { type: 'block-start', choice: 0, block: 0, kind: 'tool-call', id: `toolu_${'x'.repeat(80)}`, name },
    { type: 'block-delta', choice: 0, block: 0, kind: 'tool-call', text: args },
    { type: 'block-end', choice: 0, block: 0 },
    { type: 'finish', choice: 0, reason: 'tool-calls' },
  ];

  test('a custom tool gets its text, a namespace is separate, ids are short', () => {
    const tools = [
      { type: 'custom', name: 'patch' },
      { type: 'namespace', name: 'agents', tools: [{ type: 'function', name: 'spawn' }] },
    ];
    const custom = readResponsesStream(streamOf(called('patch', '{"input":"*** Begin"}'), { tools })).at(-1);
    expect(custom).toMatchObject({
      response: { output: [{ type: 'custom_tool_call', name: 'patch', input: '*** Begin' }] },
    });
    const spawned = readResponsesStream(streamOf(called('agents__spawn', '{}'), { tools })).at(-1);
    expect(spawned).toMatchObject({
      response: { output: [{ type: 'function_call', name: 'spawn', namespace: 'agents', arguments: '{}' }] },
    });
  });

  test('that was truncated by a limit is incomplete, and so is its last item', () => {
    const cut: ConversationEvent[] = [
      { type: 'block-start', choice: 0, block: 0, kind: 'text' },
      { type: 'block-delta', choice: 0, block: 0, kind: 'text', text: 'Once' },
      { type: 'block-end', choice: 0, block: 0 },
      { type: 'finish', choice: 0, reason: 'length' },
    ];
    expect(readResponsesStream(streamOf(cut)).at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { incomplete_details: { reason: 'max_output_tokens' }, output: [{ status: 'incomplete' }] },
    });
  });

  test('contains reasoning and its proof only if requested', () => {
    const proof = { dialect: 'anthropic-messages', value: 'sig' };
    const thought: ConversationEvent[] = [
      { type: 'block-start', choice: 0, block: 0, kind: 'reasoning' },
      { type: 'block-delta', choice: 0, block: 0, kind: 'reasoning', text: 'hm' },
      { type: 'block-end', choice: 0, block: 0, proof },
      { type: 'finish', choice: 0, reason: 'stop' },
    ];
    expect(readResponsesStream(streamOf(thought, {})).at(-1)).toMatchObject({
      response: { output: [{ type: 'reasoning', summary: [] }] },
    });
    const [item] = Object(readResponsesStream(streamOf(thought)).at(-1)).response.output;
    expect(item).toMatchObject({ summary: [{ type: 'summary_text', text: 'hm' }] });
    const back = decodeBody({ model: 'm', input: [item] }).request();
    expect(back.messages[0]?.parts).toEqual([{ type: 'reasoning', text: 'hm', proof }]);
  });

  test('has items with different ids, also where a proof is an item of its own', () => {
    const proof = { dialect: 'gemini', value: 'c2ln' };
    const events = [{ kind: 'text' }, { kind: 'reasoning' }, { kind: 'text' }].flatMap((start, block) => [
      { type: 'block-start', choice: 0, block, ...start } as ConversationEvent,
      { type: 'block-delta', choice: 0, block, ...start, text: 'a' } as ConversationEvent,
      { type: 'block-end', choice: 0, block, proof } as ConversationEvent,
    ]);
    const last = readResponsesStream(streamOf([...events, { type: 'finish', choice: 0, reason: 'stop' }])).at(-1);
    const output = readArray(readRecord(last?.response).output).map(readRecord);
    expect(output.map(({ type }) => type)).toEqual(['message', 'reasoning', 'reasoning', 'message', 'reasoning']);
    expect(output.map(({ id }) => id)).toEqual(['msg_x_0', 'rs_x_1', 'rs_x_2', 'msg_x_3', 'rs_x_4']);
  });

  test('seals the text of a foreign proof: the client may not have seen it, or may have changed it', () => {
    const proof = { dialect: 'anthropic-messages', value: 'sig' };
    const thought: ConversationEvent[] = [
      { type: 'block-start', choice: 0, block: 0, kind: 'reasoning' },
      { type: 'block-delta', choice: 0, block: 0, kind: 'reasoning', text: 'hm' },
      { type: 'block-end', choice: 0, block: 0, proof },
      { type: 'finish', choice: 0, reason: 'stop' },
    ];
    const include = { include: ['reasoning.encrypted_content'] };
    const [item] = Object(readResponsesStream(streamOf(thought, include)).at(-1)).response.output;
    expect(item.summary).toEqual([]);
    const partsOf = (input: unknown[]) => decodeBody({ model: 'm', input }).request().messages[0]?.parts;
    expect(partsOf([item])).toEqual([{ type: 'reasoning', text: 'hm', proof }]);
    const changed = { ...item, summary: [{ type: 'summary_text', text: 'other' }] };
    expect(partsOf([changed])).toEqual([{ type: 'reasoning', text: 'hm', proof }]);
    const broken = { ...changed, encrypted_content: `${item.encrypted_content}x` };
    expect(partsOf([broken])).toEqual([{ type: 'reasoning', text: 'other' }]);
    expect(decodeBody({ model: 'm', input: [item] }).original).toBeUndefined();
  });

  test('of an OpenAI model keeps the phase of each message', () => {
    const message = (phase: string, text: string) => ({
      type: 'message',
      role: 'assistant',
      phase,
      content: [{ type: 'output_text', text, annotations: [] }],
    });
    const output = [message('commentary', 'I look.'), message('final_answer', 'Found.')];
    const events = read([{ object: 'response', model: 'gpt', status: 'completed', output }]);
    const final = Object(readResponsesStream(streamOf(events)).at(-1)).response;
    expect(final.output).toMatchObject(output);
    const { encoders } = decodeBody({ model: 'm', input: 'Hi' });
    const whole = fromByteString(encoders.encodeAnswer({ ...collect(events), usage: noUsage }, context));
    expect(JSON.parse(whole).output).toEqual(final.output);
  });

  test('whose parts share a place keeps each in a block of its own kind', () => {
    const place = { output_index: 0, content_index: 0 };
    const events = read([
      { type: 'response.refusal.delta', ...place, delta: 'I cannot ' },
      { type: 'response.output_text.delta', ...place, delta: 'Half an ' },
      { type: 'response.output_text.delta', ...place, delta: 'answer.' },
      { type: 'response.function_call_arguments.delta', ...place, delta: '{}' },
      { type: 'response.completed', response: { status: 'completed', output: [] } },
    ]);
    checkEvents(events);
    expect(collect(events).choices[0]?.parts.map(told)).toEqual([
      ['refusal', 'I cannot '],
      ['text', 'Half an answer.'],
    ]);
  });

  test('that the upstream truncated is a failure', () => {
    const events = read([{ type: 'response.created', response: { model: 'gpt' } }]);
    expect(events.at(-1)).toMatchObject({ type: 'failure' });
  });
});
