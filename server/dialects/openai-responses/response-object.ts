import type { FinishReason } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { Usage } from '../../conversation/usage.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import type { AnswerContext } from '../dialect.ts';
import { explainFailure } from '../openai/explain-failure.ts';
import { toFlatChoice, toFlatTool } from '../openai/flat-tool.ts';
import { wireErrorOf } from './encode-failure.ts';
import type { WireRequest } from './schema.ts';

/**
 * The members of a response that repeat the request. All are present, and null if the request did not have them; only
 * `text.verbosity` is never null (Open Responses 2026-04-24).
 */
export function echoRequest(wire: WireRequest): JsonRecord {
  return {
    background: false,
    frequency_penalty: wire.frequency_penalty ?? 0,
    instructions: wire.instructions ?? null,
    max_output_tokens: wire.max_output_tokens ?? null,
    max_tool_calls: wire.max_tool_calls ?? null,
    metadata: wire.metadata ?? {},
    parallel_tool_calls: wire.parallel_tool_calls ?? true,
    presence_penalty: wire.presence_penalty ?? 0,
    previous_response_id: wire.previous_response_id ?? null,
    prompt_cache_key: wire.prompt_cache_key ?? null,
    reasoning: {
      effort: oneOf(efforts, wire.reasoning?.effort),
      summary: oneOf(summaries, wire.reasoning?.summary),
    },
    safety_identifier: wire.safety_identifier ?? null,
    service_tier: 'default',
    store: false,
    temperature: wire.temperature ?? 1,
    text: { format: wire.text?.format ?? { type: 'text' }, verbosity: wire.text?.verbosity ?? 'medium' },
    tool_choice: echoChoice(wire.tool_choice),
    tools: (wire.tools ?? []).map(toFlatTool).map(echoTool),
    top_logprobs: wire.top_logprobs ?? 0,
    top_p: wire.top_p ?? 1,
    truncation: wire.truncation ?? 'disabled',
    user: wire.user ?? null,
  };
}

const efforts: ReadonlySet<string> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);
const summaries: ReadonlySet<string> = new Set(['auto', 'concise', 'detailed']);

/** Repeats a value that the schema of a response allows. Clients may send others, which vendors understand. */
function oneOf(allowed: ReadonlySet<string>, value: string | null | undefined): string | null {
  return typeof value === 'string' && allowed.has(value) ? value : null;
}

/** Repeats the tool choice, or `auto` for a hosted tool that the schema of a response does not allow. */
function echoChoice(choice: WireRequest['tool_choice']): unknown {
  const flat = toFlatChoice(choice ?? 'auto');
  return isRecord(flat) && !repeatableChoices.has(flat.type) ? 'auto' : flat;
}

const repeatableChoices: ReadonlySet<unknown> = new Set([
  ...['allowed_tools', 'function', 'custom', 'mcp', 'apply_patch', 'shell', 'file_search', 'web_search_preview'],
  ...['web_search_preview_2025_03_11', 'computer', 'computer_use', 'computer_use_preview', 'image_generation'],
  ...['code_interpreter'],
]);

function echoTool(tool: unknown): unknown {
  if (typeof tool !== 'object' || tool === null || !('type' in tool) || tool.type !== 'function') return tool;
  return { description: null, parameters: null, strict: null, ...tool };
}

export type Output = readonly JsonRecord[];

/** The state of a response. */
export interface ResponseState {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly output: Output;
  readonly usage?: Usage;
  readonly reason?: FinishReason;
  readonly failure?: Failure;
}

/** Encodes OpenAI's `Response` with all members, whatever its status. */
export function encodeResponse(state: ResponseState, context: AnswerContext, echo: JsonRecord): JsonRecord {
  const { status, output, usage, reason, failure } = state;
  const error = failure === undefined ? null : { code: wireErrorOf(failure).code, message: explainFailure(failure) };
  return {
    id: toResponseId(context.id),
    object: 'response',
    created_at: context.created,
    completed_at: status === 'completed' ? context.created : null,
    status,
    error,
    incomplete_details: status === 'incomplete' ? { reason: incompleteReason(reason) } : null,
    model: context.model,
    output,
    ...echo,
    usage: usage === undefined ? null : encodeUsage(usage),
  };
}

export function toResponseId(id: string): string {
  return `resp_${id}`;
}

export function statusOf(reason: FinishReason): 'completed' | 'incomplete' {
  return reason === 'length' || reason === 'context-full' || reason === 'content-filter' ? 'incomplete' : 'completed';
}

function incompleteReason(reason: FinishReason | undefined): string {
  return reason === 'content-filter' ? 'content_filter' : 'max_output_tokens';
}

/** Encodes OpenAI's `ResponseUsage`. Both details are always present. */
export function encodeUsage(usage: Usage): JsonRecord {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cacheReadTokens, cache_write_tokens: usage.cacheWriteTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
