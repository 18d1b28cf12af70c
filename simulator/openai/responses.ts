import type { Answer } from '../answer/answer.ts';
import { openAiModel } from '../answer/models.ts';
import { invalidRequest, type Prompt } from '../answer/prompt.ts';
import { endingFrame, type Frame, jsonFrame } from '../delivery/frame.ts';
import { createSseWriter } from '../delivery/sse-writer.ts';
import { asArray, asNumber, asRecord, asString, isRecord, type JsonRecord } from '../json.ts';
import { refused, streams, type Wire } from '../wire.ts';
import { contentText } from './chat-prompt.ts';

/** `POST …/v1/openai/v1/responses`: OpenAI's Responses, as far as text and function calls go. */
export const openAiResponsesWire: Wire = {
  name: 'openai-responses',
  errorFamily: 'openai',
  serves: openAiModel,
  locateModel: ({ body }) => asString(body.model),
  readPrompt: ({ body }, model) => {
    if (typeof body.input !== 'string' && !Array.isArray(body.input)) {
      return refused(invalidRequest("Missing required parameter: 'input'.", 'input', 'missing_required_parameter'));
    }
    return { ok: true, prompt: readPrompt(body, model) };
  },
  encodeAnswer: (answer, prompt, behaviour) =>
    streams(prompt, behaviour)
      ? { kind: 'stream', frames: encodeEvents(answer), writer: createSseWriter(behaviour, true) }
      : { kind: 'json', body: encodeResponse(answer, 'completed', outputItems(answer)) },
};

function readPrompt(body: JsonRecord, model: string): Prompt {
  const items =
    typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : asArray(body.input).map(asRecord);
  const last = items.at(-1);
  const results = items.slice(items.findLastIndex((item) => item.type !== 'function_call_output') + 1);
  const format = asRecord(asRecord(body.text).format);
  return {
    model,
    stream: body.stream === true,
    lastRole: last?.type === 'function_call_output' ? 'tool' : last?.role === 'user' ? 'user' : 'other',
    userText: contentText(items.findLast((item) => item.role === 'user')?.content),
    toolResults: results.map((item) => asString(item.output)),
    imageCount: items.flatMap((item) => asArray(item.content)).filter((part) => asRecord(part).type === 'input_image')
      .length,
    textLength: items.reduce(
      (length, item) => length + contentText(item.content).length,
      asString(body.instructions).length,
    ),
    tools: asArray(body.tools)
      .filter(isRecord)
      .map((tool) => ({ name: asString(tool.name), schema: tool.parameters })),
    toolChoice: readToolChoice(body.tool_choice),
    responseFormat:
      format.type === 'json_schema'
        ? { schema: format.schema }
        : format.type === 'json_object'
          ? { schema: undefined }
          : null,
    maximumTokens: asNumber(body.max_output_tokens),
    stop: [],
  };
}

function readToolChoice(choice: unknown): Prompt['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice;
  const name = asString(asRecord(choice).name);
  return name === '' ? 'auto' : { name };
}

function outputItems(answer: Answer): readonly object[] {
  const reasoning = answer.reasoningPieces.join('');
  return [
    ...(reasoning === ''
      ? []
      : [{ id: `rs_${answer.number}`, type: 'reasoning', summary: [{ type: 'summary_text', text: reasoning }] }]),
    ...(answer.textPieces.length === 0 ? [] : [messageItem(answer, 'completed', answer.textPieces.join(''))]),
    ...answer.toolCalls.map((_, index) => callItem(answer, index)),
  ];
}

function messageItem(answer: Answer, status: string, text: string | null): object {
  const content = text === null ? [] : [{ type: 'output_text', text, annotations: [] }];
  return { id: `msg_${answer.number}`, type: 'message', status, role: 'assistant', content };
}

function callItem(answer: Answer, index: number): object {
  const call = answer.toolCalls[index];
  const id = `${answer.number}_${index}`;
  return {
    id: `fc_${id}`,
    type: 'function_call',
    status: 'completed',
    call_id: `call_${id}`,
    name: call?.name,
    arguments: JSON.stringify(call?.input),
  };
}

function encodeResponse(answer: Answer, status: string, output: readonly object[]): object {
  const { usage } = answer;
  return {
    id: `resp_${answer.number}`,
    object: 'response',
    created_at: answer.created,
    status: status === 'completed' && answer.finish === 'length' ? 'incomplete' : status,
    incomplete_details: status === 'completed' && answer.finish === 'length' ? { reason: 'max_output_tokens' } : null,
    model: answer.model,
    output,
    usage:
      status === 'completed'
        ? {
            input_tokens: usage.input,
            input_tokens_details: { cached_tokens: usage.cached },
            output_tokens: usage.output,
            output_tokens_details: { reasoning_tokens: usage.reasoning },
            total_tokens: usage.input + usage.output,
          }
        : null,
  };
}

function encodeEvents(answer: Answer): readonly Frame[] {
  const items = outputItems(answer);
  const leading: readonly JsonRecord[] = [
    { type: 'response.created', response: encodeResponse(answer, 'in_progress', []) },
    { type: 'response.in_progress', response: encodeResponse(answer, 'in_progress', []) },
    ...items.flatMap((item, index) => itemEvents(answer, asRecord(item), index)),
  ];
  const type = answer.finish === 'length' ? 'response.incomplete' : 'response.completed';
  const end = { type, sequence_number: leading.length, response: encodeResponse(answer, 'completed', items) };
  return [
    ...leading.map((event, index) => jsonFrame({ ...event, sequence_number: index }, asString(event.type))),
    endingFrame(end, type),
  ];
}

function itemEvents(answer: Answer, item: JsonRecord, output_index: number): readonly JsonRecord[] {
  const place = { output_index, item_id: item.id };
  const opened = { ...item, status: 'in_progress', ...(item.type === 'message' ? { content: [] } : {}) };
  return [
    {
      type: 'response.output_item.added',
      output_index,
      item: item.type === 'function_call' ? { ...opened, arguments: '' } : opened,
    },
    ...innerEvents(answer, item, place),
    { type: 'response.output_item.done', output_index, item },
  ];
}

function innerEvents(answer: Answer, item: JsonRecord, place: object): readonly JsonRecord[] {
  switch (item.type) {
    case 'message': {
      const at = { ...place, content_index: 0 };
      const text = answer.textPieces.join('');
      return [
        { type: 'response.content_part.added', ...at, part: { type: 'output_text', text: '', annotations: [] } },
        ...answer.textPieces.map((delta) => ({ type: 'response.output_text.delta', ...at, delta })),
        { type: 'response.output_text.done', ...at, text },
        { type: 'response.content_part.done', ...at, part: { type: 'output_text', text, annotations: [] } },
      ];
    }
    case 'function_call':
      return [
        { type: 'response.function_call_arguments.delta', ...place, delta: item.arguments },
        { type: 'response.function_call_arguments.done', ...place, arguments: item.arguments },
      ];
    default:
      return answer.reasoningPieces.map((delta) => ({
        type: 'response.reasoning_summary_text.delta',
        ...place,
        summary_index: 0,
        delta,
      }));
  }
}
