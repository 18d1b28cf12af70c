import type { ConversationEvent } from '../../conversation/events.ts';
import type { ConversationRequest, ResponseFormat } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { toValidSchema } from '../../conversation/valid-schema.ts';
import { isObjectSchema, wrapAnswerSchema } from '../../conversation/wrap-answer-schema.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { ClaudeTraits } from './claude-models.ts';
import type { Block } from './encode-part.ts';

/**
 * How an answer in JSON is requested. `tool`: as the input of a tool that must be called, which follows the tool's
 * schema. `prompt`: in the system prompt, if a call cannot be forced or there is no schema.
 */
export type FormatPlan =
  | { readonly as: 'nothing' }
  | { readonly as: 'prompt'; readonly instruction: string }
  | {
      readonly as: 'tool';
      readonly tool: Block & { readonly name: string };
      readonly toolChoice: JsonRecord;
      /** True if the answer is a member of the tool's input, because the input must be an object. */
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
  if (format.type !== 'json-schema' || format.schema === undefined || !canForceCall(request, traits)) {
    notes.changed('response_format', 'The prompt asks for JSON, because this route does not enforce it.');
    return { as: 'prompt', instruction: toInstruction(format) };
  }
  notes.changed(
    'response_format',
    'The answer is requested as the input of a tool, because this route enforces no schema.',
  );
  const name = freeName(request);
  const schema = toValidSchema(format.schema, 'response_format', notes);
  const wrapped = !isObjectSchema(schema);
  const onlyTool = request.tools.length === 0 || request.toolChoice?.type === 'none';
  return {
    as: 'tool',
    tool: {
      name,
      description: format.description ?? 'Call this tool to give your final answer: its input is the whole answer.',
      input_schema: wrapped ? wrapAnswerSchema(schema) : schema,
    },
    toolChoice: onlyTool ? { type: 'tool', name } : { type: 'any' },
    wrapped,
  };
}

/** A call cannot be forced with thinking. If the client forces a call itself, the model must not answer yet. */
function canForceCall(
  { reasoning, toolChoice }: ConversationRequest,
  traits: Pick<ClaudeTraits, 'forcedToolChoice' | 'thinking' | 'thinksByDefault'>,
): boolean {
  const mode = reasoning?.mode ?? 'default';
  const thinks = mode === 'default' ? traits.thinksByDefault : mode !== 'off' && traits.thinking !== 'none';
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

/** Converts the call that contains the answer to the text that the client asked for. */
export function createAnswerFromTool(
  toolName: string,
): (events: readonly ConversationEvent[]) => readonly ConversationEvent[] {
  /** Indices of the blocks that contain the answer. */
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
