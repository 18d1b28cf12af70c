import { isRecord, type JsonRecord, readArray, readCount, readRecord, readString } from '../../../server/lib/json.ts';
import { withoutUndefined } from '../../../server/lib/without-undefined.ts';
import { readResponsesStream, requireResponsesSchema } from '../../schemas/responses.ts';
import { type Client, type Result, type Said, type Turn, toolParameters } from './client.ts';

/** A client of OpenAI's Responses that keeps the conversation itself. */
export const responsesClient: Client = {
  name: 'Responses',
  write: ({ model, stream, turns, tools = [], thinks = false, schema, maxTokens }) => ({
    path: '/v1/responses',
    body: {
      model,
      input: turns.flatMap(writeTurn),
      store: false,
      ...(stream && { stream }),
      ...(tools.length > 0 && {
        tools: tools.map((name) => ({ type: 'function', name, parameters: toolParameters, strict: false })),
      }),
      ...(thinks && {
        reasoning: { effort: 'low', summary: 'auto' },
        include: ['reasoning.encrypted_content'],
      }),
      ...(schema && { text: { format: { type: 'json_schema', name: 'answer', schema } } }),
      ...withoutUndefined({ max_output_tokens: maxTokens }),
    },
  }),
  readWhole(text) {
    const response: unknown = JSON.parse(text);
    requireResponsesSchema('ResponseComplete', response);
    return toSaid(readRecord(response));
  },
  readStream: (text) => toSaid(readRecord(readResponsesStream(text).at(-1)?.response)),
  readFailure(text) {
    const holder = text.startsWith('{')
      ? readRecord(JSON.parse(text))
      : readRecord(readResponsesStream(text).at(-1)?.response);
    return readString(readRecord(holder.error).message) ?? '';
  },
  ends: { stop: 'completed', length: 'max_output_tokens', calls: 'completed' },
  optional: ['temperature', 'top_p', 'tools', 'tool_choice', 'metadata', 'user', 'instructions', 'reasoning', 'text'],
  showsResults: true,
};

function writeTurn(turn: Turn): readonly object[] {
  if ('user' in turn) return [{ role: 'user', content: turn.user }];
  if ('said' in turn) return turn.said.turn;
  return turn.results.map(writeResult);
}

function writeResult({ call, output, picture }: Result): object {
  const image = { type: 'input_image', image_url: `data:image/png;base64,${picture}` };
  const written = picture === undefined ? output : [{ type: 'input_text', text: output }, image];
  return { type: 'function_call_output', call_id: call.id, output: written };
}

function toSaid(response: JsonRecord): Said {
  const output = readArray(response.output).filter(isRecord);
  const usage = readRecord(response.usage);
  const textsOf = (member: 'content' | 'summary') =>
    output
      .flatMap((item) => readArray(item[member]))
      .filter(isRecord)
      .map((part) => readString(part.text) ?? readString(part.refusal) ?? '')
      .join('');
  return {
    text: textsOf('content'),
    reasoning: textsOf('summary'),
    calls: output
      .filter((item) => item.type === 'function_call')
      .map((item) => ({ id: String(item.call_id), name: String(item.name), arguments: String(item.arguments) })),
    end: readString(readRecord(response.incomplete_details).reason) ?? String(response.status),
    usage: {
      input: readCount(usage.input_tokens) ?? 0,
      output: readCount(usage.output_tokens) ?? 0,
      cached: readCount(readRecord(usage.input_tokens_details).cached_tokens) ?? 0,
    },
    turn: output,
  };
}
