import type { Answer } from '../../answer/answer.ts';
import type { Behaviour } from '../../behaviour.ts';
import { asArray, asRecord, type JsonRecord } from '../../json.ts';

type Status = 'in_progress' | 'completed' | 'incomplete' | 'failed';

/** The status of a response, and why it is incomplete if it is. */
export type ResponseState = { readonly status: Status; readonly reason: string | null };

/** The final status of an answer: its own, or the one set by the `finish` knob. */
export function finalStatus(answer: Answer, behaviour: Behaviour): Status {
  if (behaviour.finish === 'failed') return 'failed';
  return incompleteReason(answer, behaviour) === null ? 'completed' : 'incomplete';
}

/** Why an answer is incomplete; null when it is not. */
export function incompleteReason(answer: Answer, behaviour: Behaviour): string | null {
  if (behaviour.finish === 'content_filter' || behaviour.finish === 'max_output_tokens') return behaviour.finish;
  return answer.finish === 'length' ? 'max_output_tokens' : null;
}

/** The current state of a response. It repeats the request's settings; usage is set at the end. */
export function encodeResponse(
  answer: Answer,
  body: JsonRecord,
  { status, reason }: ResponseState,
  output: readonly object[],
): JsonRecord {
  const isOver = status !== 'in_progress';
  return {
    id: `resp_${answer.number}`,
    object: 'response',
    created_at: answer.created,
    completed_at: isOver ? answer.created : null,
    status,
    background: false,
    error: status === 'failed' ? { code: 'server_error', message: 'The simulated model failed' } : null,
    incomplete_details: reason === null ? null : { reason },
    ...(answer.model !== 'absent' && { model: answer.model }),
    output,
    previous_response_id: null,
    ...repeatRequest(body),
    usage: isOver ? encodeUsage(answer) : null,
  };
}

function repeatRequest(body: JsonRecord): object {
  const reasoning = asRecord(body.reasoning);
  return {
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    prompt_cache_key: body.prompt_cache_key ?? null,
    reasoning: { effort: reasoning.effort ?? null, summary: reasoning.summary ?? null },
    safety_identifier: body.safety_identifier ?? null,
    service_tier: 'default',
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: { format: { type: 'text' }, verbosity: 'medium', ...asRecord(body.text) },
    tool_choice: body.tool_choice ?? 'auto',
    tools: asArray(body.tools).map(repeatTool),
    top_logprobs: body.top_logprobs ?? 0,
    top_p: body.top_p ?? 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    truncation: body.truncation ?? 'disabled',
    metadata: body.metadata ?? {},
  };
}

function repeatTool(tool: unknown): unknown {
  const described = asRecord(tool);
  if (described.type !== 'function') return tool;
  return { description: null, parameters: null, strict: true, ...described };
}

function encodeUsage({ usage }: Answer): object {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cached, cache_write_tokens: usage.written },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output,
  };
}
