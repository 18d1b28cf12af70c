import type { ConversationAnswer } from '../../conversation/answer.ts';
import { readAnswerText } from '../../conversation/answer.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { Usage } from '../../conversation/usage.ts';
import { type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { AnswerContext } from '../dialect.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import { CompactionWriter, missingSummary } from './compaction-writer.ts';
import { keeperOf, keepResponse } from './kept-response.ts';
import { OutputWriter } from './output-writer.ts';
import { encodeResponse, encodeUsage, statusOf, toResponseId } from './response-object.ts';

/** Encodes OpenAI's `Response`, which is the same object as at the end of a stream of the answer. */
export function encodeAnswer(
  answer: ConversationAnswer & { readonly usage: Usage },
  context: AnswerContext,
  options: ResponsesAnswerOptions,
): ByteString {
  const [choice] = answer.choices;
  const writer = new OutputWriter(context, options, () => {});
  const events = choice === undefined ? [] : eventsOf(choice);
  for (const [place, event] of events.entries()) writer.writeEvent(event, events, place);
  const reason = choice?.finish.reason ?? 'stop';
  const status = statusOf(reason);
  writer.close(status === 'incomplete');
  const state = { status, reason, output: writer.output, usage: answer.usage } as const;
  const echo = { ...options.echo, store: keeperOf(context, options) !== undefined };
  const response = encodeResponse(state, context, echo);
  keepResponse(response, writer.whole, context, options);
  return encodeJson(response);
}

/** Encodes OpenAI's `CompactedResponse`. @throws Failure if the model wrote no summary */
export function encodeCompacted(
  answer: ConversationAnswer & { readonly usage: Usage },
  context: AnswerContext,
  compacts: NonNullable<ResponsesAnswerOptions['compacts']>,
): ByteString {
  const writer = new CompactionWriter(context, compacts, () => {});
  for (const event of answer.choices[0] === undefined ? [] : eventsOf(answer.choices[0])) writer.writeEvent(event);
  writer.close();
  if (writer.output.length === 0) throw missingSummary();
  return encodeJson({
    id: toResponseId(context.id),
    object: 'response.compaction',
    created_at: context.created,
    output: writer.output,
    usage: encodeUsage(answer.usage),
  });
}

/** Converts the parts of a complete answer back to events. */
function eventsOf({ parts }: ConversationAnswer['choices'][number]): ConversationEvent[] {
  return parts.flatMap((part, block): ConversationEvent[] => {
    const place = { choice: 0, block };
    if (part.type === 'vendor') {
      const { dialect, value } = part;
      return [
        { type: 'block-start', ...place, kind: 'vendor', dialect, value },
        { type: 'block-end', ...place },
      ];
    }
    const proof = 'proof' in part && part.proof !== undefined ? { proof: part.proof } : {};
    const vendor = part.vendor === undefined ? {} : { vendor: part.vendor };
    if (part.type === 'image') {
      return [
        { type: 'block-start', ...place, kind: 'image', source: part.source },
        { type: 'block-end', ...place, ...proof, ...vendor },
      ];
    }
    const text = part.type === 'tool-call' ? part.arguments : readAnswerText(part.text);
    const start: ConversationEvent =
      part.type === 'tool-call'
        ? { type: 'block-start', ...place, kind: 'tool-call', id: part.id, name: part.name }
        : { type: 'block-start', ...place, kind: part.type };
    const delta: ConversationEvent[] = text === '' ? [] : [{ type: 'block-delta', ...place, kind: part.type, text }];
    return [start, ...delta, { type: 'block-end', ...place, ...proof, ...vendor }];
  });
}
