import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readResponsesStream } from '../../../test/schemas/responses.ts';
import { noUsage } from '../../conversation/usage.ts';
import { fromByteString } from '../../lib/byte-string.ts';
import { type JsonRecord, readArray, readRecord } from '../../lib/json.ts';
import { createVault } from '../../lib/secrets.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { createRelayEncoders } from './encoders.ts';
import { echoRequest } from './response-object.ts';
import { requestSchema } from './schema.ts';
import { ToolNames } from './tool-names.ts';

const context = { id: 'own', created: 1, model: 'asked', estimateInputTokens: () => 1 };
const options = {
  names: new ToolNames(),
  vault: createVault(createSecretKey(Buffer.alloc(32))),
  echo: echoRequest(requestSchema.parse({ model: 'm', input: 'q' })),
  showsReasoning: false,
  givesProofs: false,
  stores: false,
  ownItems: () => [],
  previous: undefined,
};
const usage = { ...noUsage, inputTokens: 7, outputTokens: 3 };
const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] };
const call = { id: 'fc_1', type: 'function_call', call_id: 'c1', name: 'f', arguments: '' };

function relay(...frames: readonly JsonRecord[]): readonly JsonRecord[] {
  const encoder = createRelayEncoders(options).createStreamEncoder(context);
  const written = frames.map((frame) => encoder.encode([{ type: 'frame', data: JSON.stringify(frame) }]));
  return fromByteString(encoder.end(usage))
    .split('\n')
    .concat(written.flatMap((text) => fromByteString(text).split('\n')))
    .filter((line) => line.startsWith('data: {'))
    .map((line) => readRecord(JSON.parse(line.slice('data: '.length))))
    .sort((one, other) => Number(one.sequence_number) - Number(other.sequence_number));
}

const completed = (response: JsonRecord) => ({ type: 'response.completed', response: { id: 'resp_1', ...response } });
const lastOf = (events: readonly JsonRecord[]) => readRecord(events.at(-1)?.response);

describe('a relayed stream has what clients rely on', () => {
  test('the output, when only the items had it', () => {
    const done = { type: 'response.output_item.done', output_index: 1, item: call };
    const first = { type: 'response.output_item.done', output_index: 0, item: message };
    const { output } = lastOf(relay(done, first, completed({ status: 'completed', output: [] })));
    const status = 'completed';
    const content = [{ ...message.content[0], annotations: [], logprobs: [] }];
    expect(output).toEqual([
      { status, ...message, content },
      { status, ...call, arguments: '{}' },
    ]);
  });

  test('the id that an item began with, although the upstream changes it in every event', () => {
    const at = { output_index: 1, content_index: 0 };
    const thought = { type: 'reasoning', summary: [], encrypted_content: 'p' };
    const added = (place: number, item: object) => ({
      ...{ type: 'response.output_item.added', output_index: place },
      item,
    });
    const events = relay(
      added(0, { id: 'rs_1', type: 'reasoning', summary: [] }),
      { type: 'response.output_item.done', output_index: 0, item: { ...thought, id: 'rs_2' } },
      added(1, { ...message, content: [] }),
      { type: 'response.output_text.delta', ...at, item_id: 'msg_2', delta: 'Hi' },
      { type: 'response.output_item.done', output_index: 1, item: { ...message, id: 'msg_3' } },
      completed({
        output: [
          { ...thought, id: 'rs_3' },
          { ...message, id: 'msg_4' },
        ],
      }),
    );
    const idsOf = (event: JsonRecord) => event.item_id ?? readRecord(event.item).id ?? [];
    expect(new Set(events.filter((event) => event.output_index === 1).flatMap(idsOf))).toEqual(new Set(['msg_1']));
    // A proof belongs to the id that it came with.
    expect(readArray(lastOf(events).output).map((item) => readRecord(item).id)).toEqual(['rs_3', 'msg_1']);
  });

  test('an id of its own for each call, also in a whole answer', () => {
    const { call_id: _none, ...nameless } = call;
    const calls = [call, nameless, { ...call, id: 'fc_3' }];
    const added = calls.map((item, output_index) => ({ type: 'response.output_item.added', output_index, item }));
    const done = calls.map((item, output_index) => ({ type: 'response.output_item.done', output_index, item }));
    const events = relay(...added, ...done, completed({ output: calls }));
    const expected = ['c1', 'call_own_1', 'call_own_2'];
    const idsOf = (output: unknown) => readArray(output).map((item) => readRecord(item).call_id);
    for (const type of ['response.output_item.added', 'response.output_item.done']) {
      expect(idsOf(events.filter((event) => event.type === type).map(({ item }) => item))).toEqual(expected);
    }
    expect(idsOf(lastOf(events).output)).toEqual(expected);
    const frame = JSON.stringify({ object: 'response', status: 'completed', output: calls });
    const whole = createRelayEncoders(options).encodeAnswer({ frame, choices: [], usage }, context);
    expect(idsOf(JSON.parse(fromByteString(whole)).output)).toEqual(expected);
  });

  test('both details of the usage, and whole seconds', () => {
    const reported = { input_tokens: 9, output_tokens: 4, total_tokens: 13 };
    const response = lastOf(relay(completed({ output: [message], usage: reported, created_at: 1.5 })));
    expect(response).toMatchObject({
      created_at: 1,
      usage: {
        ...reported,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens_details: { reasoning_tokens: 0 },
      },
    });
    expect(lastOf(relay(completed({ output: [message] }))).usage).toMatchObject({ input_tokens: 7, output_tokens: 3 });
    const empty = { input_tokens: 9, output_tokens: null, input_tokens_details: { cached_tokens: null } };
    expect(lastOf(relay(completed({ output: [message], usage: empty }))).usage).toMatchObject({
      ...{ input_tokens: 9, output_tokens: 3, input_tokens_details: { cached_tokens: 0 } },
    });
  });

  test('the name of a call at its end, which OpenAI leaves out of one event, and imitators of another', () => {
    const at = { output_index: 0, item_id: 'fc_1' };
    const events = relay(
      { type: 'response.output_item.added', output_index: 0, item: call },
      { type: 'response.function_call_arguments.done', ...at, arguments: '{"a":1}' },
      { type: 'response.output_item.done', output_index: 0, item: { ...call, name: '', arguments: '{"a":1}' } },
      completed({ output: [] }),
    );
    expect(events.find(({ type }) => type === 'response.function_call_arguments.done')?.name).toBe('f');
    expect(readRecord(events.find(({ type }) => type === 'response.output_item.done')?.item).name).toBe('f');
    expect(readArray(lastOf(events).output)).toMatchObject([{ name: 'f', arguments: '{"a":1}' }]);
  });

  test('numbers without gaps, and arguments that can be parsed', () => {
    const done = { type: 'response.function_call_arguments.done', sequence_number: 9, item_id: 'fc_1', arguments: '' };
    const events = relay(
      { type: 'response.created', sequence_number: 4, response: {} },
      done,
      completed({ output: [] }),
    );
    expect(events.map((event) => event.sequence_number)).toEqual([0, 1, 2, 3]);
    expect(events.map((event) => event.delta ?? event.arguments)).toEqual([undefined, '{}', '{}', undefined]);
    expect(readArray(lastOf(events).output)).toEqual([]);
  });
});

describe('a relayed stream has the events that the upstream left out', () => {
  const readFixture = (name: string) =>
    readFileSync(new URL(`fixtures/answers/${name}.sse`, import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => readRecord(JSON.parse(line.slice('data: '.length))));

  function relayText(frames: readonly JsonRecord[]): string {
    const encoder = createRelayEncoders(options).createStreamEncoder(context);
    const written = frames.map((frame) => encoder.encode([{ type: 'frame', data: JSON.stringify(frame) }]));
    return [...written, encoder.end(usage)].map(fromByteString).join('');
  }

  /** The events' types by item, without those of reasoning, and several deltas as one. */
  function tell(frames: readonly JsonRecord[]): readonly string[] {
    const told = readResponsesStream(relayText(frames))
      .filter(({ type }) => !type.includes('reasoning'))
      .map(({ type, output_index: place }) => `${String(place ?? '')} ${type}`);
    return told.filter((line, index) => line !== told[index - 1]);
  }

  const starts = ['response.created', 'response.in_progress'];
  const added = ['response.output_item.added', 'response.content_part.added'];
  const ends = ['response.output_text.done', 'response.refusal.done', 'response.content_part.done'];
  const calls = ['response.function_call_arguments.done', 'response.output_item.done'];
  const deltas = ['response.output_text.delta', 'response.refusal.delta', 'response.function_call_arguments.delta'];
  describe.each(['stream', 'stream-call', 'stream-refusal', 'stream-incomplete'])('%s', (name) => {
    const whole = readFixture(name);
    const isLast = ({ type }: JsonRecord) => /\.(?:completed|incomplete)$/.test(String(type));
    test.each<[string, (event: JsonRecord) => boolean]>([
      ['nothing', () => false],
      ['the beginning', ({ type }) => starts.includes(String(type))],
      ['the creation', ({ type }) => type === 'response.created'],
      ['the beginning of parts', ({ type }) => type === 'response.content_part.added'],
      ['the end of parts and of arguments', ({ type }) => [...ends, calls[0]].includes(String(type))],
      ['the deltas', ({ type }) => deltas.includes(String(type))],
      ['all within items', ({ type }) => [...added.slice(1), ...ends, calls[0], ...deltas].includes(String(type))],
    ])('without %s', (_what, isLeftOut) => {
      expect(tell(whole.filter((event) => !isLeftOut(event)))).toEqual(tell(whole));
    });

    test.each([undefined, null])('with deltas of %s', (delta) => {
      const empty = whole.flatMap((event) =>
        deltas.includes(String(event.type)) ? [event, { ...event, delta }] : [event],
      );
      expect(tell(empty)).toEqual(tell(whole));
    });

    describe.each([
      ['lacks', undefined],
      ['has null for', null],
    ])('although each event %s', (_how, missing) => {
      const without = (record: unknown, name: string) => {
        const given = readRecord(record);
        return given[name] === undefined ? given : withoutUndefined({ ...given, [name]: missing });
      };
      test.each([
        ...['item_id', 'output_index', 'content_index', 'summary_index', 'sequence_number', 'logprobs'],
        ...['item.id', 'item.status', 'item.role', 'item.call_id', 'item.arguments', 'item.summary', 'item.content'],
        ...['part.type', 'part.text', 'part.annotations', 'part.logprobs'],
        ...[
          'response.id',
          'response.object',
          'response.created_at',
          'response.status',
          'response.output',
          'response.model',
        ],
      ])('%s', (path) => {
        const [holder = '', name] = path.split('.');
        const frames = whole.map((event) => {
          if (name === undefined) return without(event, holder);
          const cut = event[holder] === undefined ? event : { ...event, [holder]: without(event[holder], name) };
          const { response } = cut;
          if (holder !== 'item' || response === undefined) return cut;
          const output = readArray(readRecord(response).output).map((item) => without(item, name));
          return { ...cut, response: { ...readRecord(response), output } };
        });
        expect(tell(frames)).toEqual(tell(whole));
      });
    });

    test('with its last event only', () => {
      const items = (frames: readonly JsonRecord[]) => tell(frames).filter((line) => line.includes('output_item.'));
      expect(items(whole.filter(isLast))).toEqual(items(whole));
    });

    test('without the beginning of a message', () => {
      const isMissing = ({ type, item }: JsonRecord) =>
        type === 'response.content_part.added' || (type === added[0] && readRecord(item).type === 'message');
      expect(tell(whole.filter((event) => !isMissing(event)))).toEqual(tell(whole));
    });
  });

  test('and one response, whatever the events call it', () => {
    const [, ...rest] = readFixture('stream');
    const events = readResponsesStream(relayText(rest.filter(({ type }) => type !== 'response.in_progress')));
    const ids = events.flatMap(({ response }) => readRecord(response).id ?? []);
    expect(new Set(ids)).toEqual(new Set(['resp_own']));
  });

  test('and an end in the form of OpenAI', () => {
    const ended = readFixture('stream').map((event) =>
      event.type === 'response.completed' ? { ...event, type: 'response.done' } : event,
    );
    expect(tell(ended)).toEqual(tell(readFixture('stream')));
  });

  test('of items at any places', () => {
    const at = (output_index: number) => ({ item_id: `msg_${output_index}`, output_index, content_index: 0 });
    const delta = (place: number) => ({ type: 'response.output_text.delta', ...at(place), delta: 'Hi' });
    const { output } = lastOf(relay(delta(2 ** 40), delta(7), completed({ output: [] })));
    expect(output).toMatchObject([{ id: 'msg_7' }, { id: `msg_${2 ** 40}` }]);
  });

  test('without any output in its last event', () => {
    const texts = readFixture('stream').filter(({ output_index: place }) => place !== 0);
    const open = texts.map((event): JsonRecord => (event.output_index === 1 ? { ...event, output_index: 0 } : event));
    const cut = open.filter(({ type }) => ![...ends, ...calls].includes(String(type)));
    const last = readRecord(cut.pop());
    const events = readResponsesStream(
      relayText([...cut, { ...last, response: { ...readRecord(last.response), output: [] } }]),
    );
    expect(readArray(readRecord(events.at(-1)?.response).output)).toMatchObject([
      { type: 'message', status: 'completed', content: [{ type: 'output_text', text: '你好, world' }] },
    ]);
  });
});
