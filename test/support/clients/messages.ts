import { isRecord, type JsonRecord, readArray, readCount, readRecord, readString } from '../../../server/lib/json.ts';
import { readAnthropicStream, requireAnthropicSchema } from '../../schemas/anthropic.ts';
import { type Client, type Result, type Said, type Turn, toolParameters } from './client.ts';

/** A client of Anthropic's Messages. */
export const messagesClient: Client = {
  name: 'Messages',
  write: ({ model, stream, turns, tools = [], thinks = false, schema, maxTokens = 4_000 }) => ({
    path: '/v1/messages',
    body: {
      model,
      max_tokens: maxTokens,
      messages: turns.flatMap(writeTurn),
      ...(stream && { stream }),
      ...(tools.length > 0 && { tools: tools.map((name) => ({ name, input_schema: toolParameters })) }),
      ...(thinks && { thinking: { type: 'enabled', budget_tokens: 1_024 } }),
      ...(schema && { output_config: { format: { type: 'json_schema', schema } } }),
    },
  }),
  readWhole(text) {
    const message: unknown = JSON.parse(text);
    requireAnthropicSchema('MessageComplete', message);
    return toSaid(readRecord(message));
  },
  readStream: (text) => toSaid(assemble(readAnthropicStream(text))),
  readFailure(text) {
    const last = text.startsWith('{') ? readRecord(JSON.parse(text)) : readRecord(readAnthropicStream(text).at(-1));
    return readString(readRecord(last.error).message) ?? '';
  },
  ends: { stop: 'end_turn', length: 'max_tokens', calls: 'tool_use' },
  optional: [
    'temperature',
    'top_p',
    'top_k',
    'tools',
    'tool_choice',
    'stop_sequences',
    'metadata',
    'system',
    'thinking',
  ],
  showsResults: true,
};

function writeTurn(turn: Turn): readonly object[] {
  if ('user' in turn) return [{ role: 'user', content: turn.user }];
  if ('said' in turn) return turn.said.turn;
  return [{ role: 'user', content: turn.results.map(writeResult) }];
}

function writeResult({ call, output, picture, failed }: Result): object {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } };
  const content = picture === undefined ? output : [{ type: 'text', text: output }, image];
  return { type: 'tool_result', tool_use_id: call.id, content, ...(failed && { is_error: true }) };
}

/** Assembles the message of a stream. */
function assemble(events: readonly JsonRecord[]): JsonRecord {
  let message: JsonRecord = {};
  const blocks: Record<string, unknown>[] = [];
  for (const event of events) {
    const delta = readRecord(event.delta);
    if (event.type === 'message_start') message = readRecord(event.message);
    else if (event.type === 'content_block_start') blocks.push({ ...readRecord(event.content_block) });
    else if (event.type === 'content_block_delta') grow(blocks.at(-1) ?? {}, delta);
    else if (event.type === 'message_delta') {
      message = { ...message, ...delta, usage: { ...readRecord(message.usage), ...readRecord(event.usage) } };
    }
  }
  const content = blocks.map(({ written, ...block }) =>
    written === undefined ? block : { ...block, input: JSON.parse(String(written) || '{}') },
  );
  return { ...message, content };
}

function grow(block: Record<string, unknown>, delta: JsonRecord): void {
  for (const name of ['text', 'thinking']) {
    if (typeof delta[name] === 'string') block[name] = `${String(block[name])}${delta[name]}`;
  }
  if (delta.type === 'signature_delta') block.signature = delta.signature;
  if (delta.type === 'input_json_delta') block.written = `${String(block.written ?? '')}${String(delta.partial_json)}`;
}

function toSaid(message: JsonRecord): Said {
  const content = readArray(message.content).filter(isRecord);
  const usage = readRecord(message.usage);
  const cached = readCount(usage.cache_read_input_tokens) ?? 0;
  const written = readCount(usage.cache_creation_input_tokens) ?? 0;
  return {
    text: content.map((block) => readString(block.text) ?? '').join(''),
    reasoning: content.map((block) => readString(block.thinking) ?? '').join(''),
    calls: content
      .filter((block) => block.type === 'tool_use')
      .map(({ id, name, input }) => ({ id: String(id), name: String(name), arguments: JSON.stringify(input) })),
    end: String(message.stop_reason),
    usage: {
      input: (readCount(usage.input_tokens) ?? 0) + cached + written,
      output: readCount(usage.output_tokens) ?? 0,
      cached,
    },
    turn: [{ role: 'assistant', content }],
  };
}
