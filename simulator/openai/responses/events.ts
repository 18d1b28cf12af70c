import { type Answer, cutBySize } from '../../answer/answer.ts';
import type { Behaviour } from '../../behaviour.ts';
import { endingFrame, type Frame, jsonFrame } from '../../delivery/frame.ts';
import { asArray, asRecord, asString, type JsonRecord } from '../../json.ts';
import { messagePart, outputItems } from './items.ts';
import { encodeResponse, finalStatus, incompleteReason } from './response.ts';

/** The events of a streamed answer, numbered from 0. */
export function encodeResponseEvents(answer: Answer, body: JsonRecord, behaviour: Behaviour): readonly Frame[] {
  const items = outputItems(answer, body, behaviour);
  const opening = encodeResponse(answer, body, { status: 'in_progress', reason: null }, []);
  const leading: readonly JsonRecord[] = [
    { type: 'response.created', response: opening },
    { type: 'response.in_progress', response: opening },
    ...items.flatMap((item, index) => itemEvents(answer, item, index, behaviour)),
  ];
  const status = finalStatus(answer, behaviour);
  const end = {
    type: `response.${status}`,
    sequence_number: leading.length,
    response: encodeResponse(answer, body, { status, reason: incompleteReason(answer, behaviour) }, items),
  };
  return [
    ...leading.map((event, index) => jsonFrame({ ...event, sequence_number: index }, asString(event.type))),
    endingFrame(end, end.type),
  ];
}

function itemEvents(
  answer: Answer,
  item: JsonRecord,
  output_index: number,
  behaviour: Behaviour,
): readonly JsonRecord[] {
  const place = { output_index, item_id: item.id };
  return [
    { type: 'response.output_item.added', output_index, item: openingItem(item) },
    ...innerEvents(answer, item, place, behaviour),
    { type: 'response.output_item.done', output_index, item },
  ];
}

/** An item before it has its content. */
function openingItem(item: JsonRecord): JsonRecord {
  switch (item.type) {
    case 'message':
      return { ...item, status: 'in_progress', content: [] };
    case 'function_call':
      return { ...item, status: 'in_progress', arguments: '' };
    case 'custom_tool_call':
      return { ...item, status: 'in_progress', input: '' };
    default:
      return { ...item, summary: [] };
  }
}

function innerEvents(answer: Answer, item: JsonRecord, place: object, behaviour: Behaviour): readonly JsonRecord[] {
  switch (item.type) {
    case 'message':
      return messageEvents(answer, place);
    case 'function_call':
      return [
        ...cutArguments(asString(item.arguments), behaviour).map((delta) => ({
          type: 'response.function_call_arguments.delta',
          ...place,
          delta,
        })),
        { type: 'response.function_call_arguments.done', ...place, name: item.name, arguments: item.arguments },
      ];
    case 'custom_tool_call':
      return [
        ...cutArguments(asString(item.input), behaviour).map((delta) => ({
          type: 'response.custom_tool_call_input.delta',
          ...place,
          delta,
        })),
        { type: 'response.custom_tool_call_input.done', ...place, input: item.input },
      ];
    default:
      return reasoningEvents(answer, item, place);
  }
}

function messageEvents(answer: Answer, place: object): readonly JsonRecord[] {
  const at = { ...place, content_index: 0 };
  const text = answer.textPieces.join('');
  return [
    { type: 'response.content_part.added', ...at, part: messagePart(answer, '') },
    ...(answer.finish === 'refusal'
      ? [
          ...answer.textPieces.map((delta) => ({ type: 'response.refusal.delta', ...at, delta })),
          { type: 'response.refusal.done', ...at, refusal: text },
        ]
      : [
          ...answer.textPieces.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
          { type: 'response.output_text.done', ...at, text, logprobs: [] },
        ]),
    { type: 'response.content_part.done', ...at, part: messagePart(answer, text) },
  ];
}

function reasoningEvents(answer: Answer, item: JsonRecord, place: object): readonly JsonRecord[] {
  const part = asArray(item.summary)[0];
  if (part === undefined) return [];
  const at = { ...place, summary_index: 0 };
  return [
    { type: 'response.reasoning_summary_part.added', ...at, part: { type: 'summary_text', text: '' } },
    ...answer.reasoningPieces.map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...at, delta })),
    { type: 'response.reasoning_summary_text.done', ...at, text: asRecord(part).text },
    { type: 'response.reasoning_summary_part.done', ...at, part },
  ];
}

function cutArguments(written: string, behaviour: Behaviour): readonly string[] {
  return behaviour['tool-stream'] === 'whole' ? [written] : cutBySize(written, behaviour['tool-fragment-size']);
}
