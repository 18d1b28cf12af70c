import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { noUsage } from '../../conversation/usage.ts';
import { fromByteString } from '../../lib/byte-string.ts';
import { type JsonRecord, readArray, readRecord } from '../../lib/json.ts';
import { createVault } from '../../lib/secrets.ts';
import { createRelayEncoders } from './encoders.ts';
import { ToolNames } from './tool-names.ts';

const context = { id: 'own', created: 1, model: 'asked', estimateInputTokens: () => 1 };
const options = {
  names: new ToolNames(),
  vault: createVault(createSecretKey(Buffer.alloc(32))),
  echo: {},
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
    expect(output).toEqual([
      { status, ...message },
      { status, ...call, arguments: '{}' },
    ]);
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
