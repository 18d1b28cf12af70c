import type { ConversationEvent } from '../../conversation/events.ts';
import type { ConversationRequest, ResponseFormat } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isObjectSchema, wrapAnswerSchema } from '../../conversation/wrap-answer-schema.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { ClaudeTraits } from './claude-models.ts';
import type { Block } from './encode-part.ts';

/**
 * How an answer in JSON is asked for. `tool`: as the input of a tool that must be called, which Claude writes by its schema.
 * `words`: in the instructions, where no call can be demanded, or there is no schema.
 */
export type FormatPlan =
  | { readonly as: 'nothing' }
  | { readonly as: 'words'; readonly instruction: string }
  | {
      readonly as: 'tool';
      readonly tool: Block & { readonly name: string };
      readonly toolChoice: JsonRecord;
      /** True when the answer is not the input, but the value in it: a tool's input is an object. */
      readonly wrapped: boolean;
    };

const nothing: FormatPlan = { as: 'nothing' };

export function planFormat(
  request: ConversationRequest,
  traits: Pick<ClaudeTraits, 'forcedToolChoice' | 'thinking' | 'thinksByDefault'>,
  notes: TranslationLog,
): FormatPlan {
  const format = request.responseFormat;
  if (format === undefined || format.type === 'text') return nothing;
  if (format.type !== 'json-schema' || format.schema === undefined || !mayDemandCall(request, traits)) {
    notes.changed('response_format', 'The model was asked for JSON in words: this route enforces none.');
    return { as: 'words', instruction: toInstruction(format) };
  }
  notes.changed('response_format', 'The answer was asked for as the input of a tool: this route enforces no schema.');
  const name = freeName(request);
  const wrapped = !isObjectSchema(format.schema);
  const onlyTool = request.tools.length === 0 || request.toolChoice?.type === 'none';
  return {
    as: 'tool',
    tool: {
      name,
      description: format.description ?? 'Call this tool to give your final answer: its input is the whole answer.',
      input_schema: wrapped ? wrapAnswerSchema(format.schema) : format.schema,
    },
    toolChoice: onlyTool ? { type: 'tool', name } : { type: 'any' },
    wrapped,
  };
}

/** Claude demands no call while it thinks; and who demands a call of his own wants no answer yet. */
function mayDemandCall(
  { reasoning, toolChoice }: ConversationRequest,
  traits: Pick<ClaudeTraits, 'forcedToolChoice' | 'thinking' | 'thinksByDefault'>,
): boolean {
  const mode = reasoning?.mode ?? (traits.thinksByDefault ? 'on' : 'off');
  const thinks = mode !== 'off' && traits.thinking !== 'none';
  const choice = toolChoice?.type ?? 'auto';
  return traits.forcedToolChoice && !thinks && (choice === 'auto' || choice === 'none');
}

function freeName({ tools }: ConversationRequest): string {
  const taken = new Set(tools.map((tool) => tool.name));
  let name = 'json_answer';
  while (taken.has(name)) name += '_';
  return name;
}

function toInstruction(format: ResponseFormat): string {
  if (format.type !== 'json-schema' || format.schema === undefined) {
    return 'Answer with one valid JSON object and nothing else: no explanation, no Markdown code fence.';
  }
  return `Answer with one JSON value and nothing else: no explanation, no Markdown code fence. It must be valid against this JSON Schema:\n${JSON.stringify(format.schema)}`;
}

/** Turns the call that holds the answer into the text that the client asked for. */
export function createAnswerFromTool(
  toolName: string,
): (events: readonly ConversationEvent[]) => readonly ConversationEvent[] {
  /** Numbers of the blocks that hold the answer. */
  const answers = new Set<number>();
  let hasOtherCalls = false;
  return (events) =>
    events.map((event) => {
      if (event.type === 'block-start' && event.kind === 'tool-call') {
        if (event.name !== toolName) {
          hasOtherCalls = true;
          return event;
        }
        answers.add(event.block);
        return { type: 'block-start', choice: event.choice, block: event.block, kind: 'text' };
      }
      if (event.type === 'block-delta' && answers.has(event.block)) return { ...event, kind: 'text' };
      if (event.type === 'finish' && event.reason === 'tool-calls' && answers.size > 0 && !hasOtherCalls) {
        return { ...event, reason: 'stop' };
      }
      return event;
    });
}
