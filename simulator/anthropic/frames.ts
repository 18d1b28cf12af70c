import { type Answer, cutBySize } from '../answer/answer.ts';
import { leavesArgumentsOut } from '../answer/content.ts';
import type { Behaviour } from '../behaviour.ts';
import { endingFrame, type Frame, jsonFrame } from '../delivery/frame.ts';
import { type ContentBlock, contentBlocks } from './blocks.ts';
import { idMember, messageHead, stopFields } from './message.ts';
import { inputCounts, inputUsage } from './usage.ts';

/** The keep-alive event. */
export const pingFrame = jsonFrame({ type: 'ping' }, 'ping');

type NamedEvent = { readonly type: string };

/** The events of a streamed answer, from `message_start` to `message_stop`. `label` is the platform's mark in ids. */
export function encodeAnthropicFrames(answer: Answer, behaviour: Behaviour, label: string): readonly Frame[] {
  const hasUsage = behaviour.usage !== 'none';
  const message = {
    ...messageHead(answer, label),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(hasUsage && { usage: { ...inputUsage(answer), output_tokens: 1, service_tier: 'standard' } }),
  };
  const usage = {
    ...(behaviour.usage === 'every' && inputCounts(answer)),
    output_tokens: answer.usage.output,
  };
  const ending = [
    { type: 'message_delta', delta: stopFields(answer, behaviour), ...(hasUsage && { usage }) },
    { type: 'message_stop', ...stopExtras(answer, behaviour, label) },
  ];
  return [
    ...[{ type: 'message_start', message }, ...blockEvents(answer, behaviour, label)].map((event) =>
      jsonFrame(event, event.type),
    ),
    ...ending.map((event) => endingFrame(event, event.type)),
  ];
}

/** Bedrock adds the call's metrics to the last event. */
function stopExtras({ usage }: Answer, behaviour: Behaviour, label: string): object {
  const shows = behaviour['message-stop'] === 'auto' ? label === 'bdrk' : behaviour['message-stop'] === 'metrics';
  if (!shows) return {};
  return {
    'amazon-bedrock-invocationMetrics': {
      inputTokenCount: Math.max(0, usage.input - usage.cached - usage.written),
      outputTokenCount: usage.output,
      invocationLatency: 1200,
      firstByteLatency: 400,
      cacheReadInputTokenCount: usage.cached,
      cacheWriteInputTokenCount: usage.written,
    },
  };
}

function blockEvents(answer: Answer, behaviour: Behaviour, label: string): readonly NamedEvent[] {
  const ping = { type: 'ping' };
  const pings = behaviour.pings;
  return contentBlocks(answer, behaviour, label).flatMap((block, index) => [
    { type: 'content_block_start', index, content_block: emptyBlock(block) },
    ...(index === 0 && pings !== 'none' ? [ping] : []),
    ...deltas(block, behaviour).flatMap((delta) => [
      { type: 'content_block_delta', index, delta },
      ...(pings === 'many' ? [ping] : []),
    ]),
    { type: 'content_block_stop', index },
  ]);
}

/** A block as it starts. Redacted thinking comes whole. */
function emptyBlock(block: ContentBlock): object {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'redacted_thinking':
      return block;
    case 'text':
      return { type: 'text', text: '' };
    case 'tool_use':
      return { type: 'tool_use', ...idMember(block.id), name: block.call.name, input: {} };
  }
}

function deltas(block: ContentBlock, behaviour: Behaviour): readonly object[] {
  switch (block.type) {
    case 'thinking':
      return [
        ...block.pieces.map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: block.signature },
      ];
    case 'redacted_thinking':
      return [];
    case 'text':
      return block.pieces.map((text) => ({ type: 'text_delta', text }));
    case 'tool_use':
      return ['', ...inputPieces(block.call.written, behaviour)].map((partial_json) => ({
        type: 'input_json_delta',
        partial_json,
      }));
  }
}

function inputPieces(json: string, behaviour: Behaviour): readonly string[] {
  if (leavesArgumentsOut(behaviour)) return [];
  return behaviour['tool-stream'] === 'whole' ? [json] : cutBySize(json, behaviour['tool-fragment-size']);
}
