import { type Answer, cutBySize } from '../answer/answer.ts';
import { finishWord } from '../answer/finish-words.ts';
import type { Behaviour } from '../behaviour.ts';
import { endingFrame, type Frame, jsonFrame } from '../delivery/frame.ts';

type NamedEvent = { readonly type: string };

/** The events of a streamed Anthropic answer, from `message_start` to `message_stop`. */
export function encodeAnthropicFrames(answer: Answer, behaviour: Behaviour): readonly Frame[] {
  const { usage } = answer;
  const message = {
    id: `msg_${answer.number}`,
    type: 'message',
    role: 'assistant',
    ...(answer.model === 'absent' ? {} : { model: answer.model }),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(behaviour.usage === 'none'
      ? {}
      : { usage: { input_tokens: usage.input, cache_read_input_tokens: usage.cached, output_tokens: 1 } }),
  };
  const delta = { stop_reason: finishWord(answer.finish, behaviour.finish, 'anthropic'), stop_sequence: null };
  return [
    ...[{ type: 'message_start', message }, ...blockEvents(answer, behaviour)].map((event) =>
      jsonFrame(event, event.type),
    ),
    endingFrame(
      {
        type: 'message_delta',
        delta,
        ...(behaviour.usage === 'none' ? {} : { usage: { output_tokens: usage.output } }),
      },
      'message_delta',
    ),
    endingFrame({ type: 'message_stop' }, 'message_stop'),
  ];
}

type Block = { readonly start: object; readonly deltas: readonly object[] };

function blockEvents(answer: Answer, behaviour: Behaviour): readonly NamedEvent[] {
  return blocks(answer, behaviour).flatMap(({ start, deltas }, index) => [
    { type: 'content_block_start', index, content_block: start },
    ...(index === 0 ? [{ type: 'ping' }] : []),
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]);
}

function blocks(answer: Answer, behaviour: Behaviour): readonly Block[] {
  const thinking: Block = {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...answer.reasoningPieces.map((piece) => ({ type: 'thinking_delta', thinking: piece })),
      { type: 'signature_delta', signature: `signature-${answer.number}` },
    ],
  };
  const text: Block = {
    start: { type: 'text', text: '' },
    deltas: answer.textPieces.map((piece) => ({ type: 'text_delta', text: piece })),
  };
  const calls = answer.toolCalls.map(
    ({ name, input }, index): Block => ({
      start: { type: 'tool_use', id: `toolu_${answer.number}_${index}`, name, input: {} },
      deltas: ['', ...inputPieces(input, behaviour)].map((piece) => ({
        type: 'input_json_delta',
        partial_json: piece,
      })),
    }),
  );
  return [
    ...(answer.reasoningPieces.length === 0 ? [] : [thinking]),
    ...(answer.textPieces.length === 0 ? [] : [text]),
    ...calls,
  ];
}

function inputPieces(input: unknown, behaviour: Behaviour): readonly string[] {
  const json = JSON.stringify(input);
  return behaviour['tool-stream'] === 'whole' ? [json] : cutBySize(json, behaviour['tool-fragment-size']);
}
