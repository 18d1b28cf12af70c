import { withoutUndefined } from '../../../server/lib/without-undefined.ts';
import { type ReadAnswer, readChatCompletion, readChatError, readChatStream } from '../chat-answer.ts';
import { type Client, type Said, type Turn, toolParameters } from './client.ts';

/** A client of OpenAI's Chat Completions. */
export const chatClient: Client = {
  name: 'Chat Completions',
  write: ({ model, stream, turns, tools = [], thinks = false, schema, maxTokens }) => ({
    path: '/v1/chat/completions',
    body: {
      model,
      messages: turns.flatMap(writeTurn),
      ...(stream && { stream, stream_options: { include_usage: true } }),
      ...(tools.length > 0 && {
        tools: tools.map((name) => ({ type: 'function', function: { name, parameters: toolParameters } })),
      }),
      ...(thinks && { reasoning_effort: 'low' }),
      ...(schema && { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
      ...withoutUndefined({ max_completion_tokens: maxTokens }),
    },
  }),
  readWhole: (text) => toSaid(readChatCompletion(text)),
  readStream: (text) => toSaid(readChatStream(text, { includeUsage: true })),
  readFailure: (text) =>
    text.startsWith('{')
      ? readChatError(text).message
      : (readChatStream(text, { includeUsage: true }).error?.message ?? ''),
  ends: { stop: 'stop', length: 'length', calls: 'tool_calls' },
  optional: ['temperature', 'top_p', 'tools', 'tool_choice', 'stop', 'metadata', 'user', 'response_format'],
  showsResults: false,
};

function writeTurn(turn: Turn): readonly object[] {
  if ('user' in turn) return [{ role: 'user', content: turn.user }];
  if ('said' in turn) return turn.said.turn;
  return turn.results.map(({ call, output }) => ({ role: 'tool', tool_call_id: call.id, content: output }));
}

function toSaid({ choices: [choice], usage }: ReadAnswer): Said {
  if (choice === undefined || usage === null) throw new Error('a choice and a usage are missing');
  const { text, reasoning, calls } = choice;
  const toolCalls = calls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));
  const message = { role: 'assistant', content: text, ...(calls.length > 0 && { tool_calls: toolCalls }) };
  return {
    text,
    reasoning,
    calls,
    end: choice.finishReason ?? '',
    usage: {
      input: usage.prompt_tokens,
      output: usage.completion_tokens,
      cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
    },
    turn: [message],
  };
}
