import { type AnswerPart, type ConversationAnswer, readAnswerText } from '../../conversation/answer.ts';
import { type ConversationEvent, type Finish, readLiterals } from '../../conversation/events.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { summaryInstructions } from '../../conversation/summary-prompt.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { AnswerEncoders, StreamEncoder } from '../dialect.ts';
import { anthropicMessages } from './name.ts';

/*
 * With `compaction`, the API answers with a summary of the conversation, in a block that replaces its messages in later
 * requests. The SDK's tool runner uses it. The summary is written by the model that the request names.
 */

/** Converts a request to one for the summary. The tools stay, so that the prompt cache hits. */
export function toSummaryRequest(
  request: ConversationRequest,
  instructions: string | null | undefined,
): ConversationRequest {
  const { responseFormat: _format, stop: _stop, parallelToolCalls: _parallel, toolChoice: _choice, ...rest } = request;
  const text = instructions?.trim() || summaryInstructions;
  return {
    ...rest,
    messages: [...request.messages, { role: 'user', parts: [{ type: 'text', text }] }],
    ...(request.tools.length > 0 && { toolChoice: { type: 'none' } }),
  };
}

/** @param toolChanges those in the summarized messages, which lead from the request's tools to those on offer */
function toBlock(toolChanges: readonly JsonRecord[]): JsonRecord {
  return {
    ...{ type: 'compaction', content: null, encrypted_content: null },
    ...(toolChanges.length > 0 && { tool_changes: toolChanges }),
  };
}

function toDelta(summary: string) {
  return { type: 'compaction_delta', content: summary === '' ? null : summary, encrypted_content: null };
}

const finish = { reason: 'paused', vendorReason: 'compaction' } as const;

/** @param encoders encode the block that the summary becomes */
export function createCompactionEncoders(encoders: AnswerEncoders, toolChanges: readonly JsonRecord[]): AnswerEncoders {
  const block = toBlock(toolChanges);
  return {
    encodeAnswer: (answer, context) => encoders.encodeAnswer(withCompaction(answer, block), context),
    createStreamEncoder: (context) => new CompactionStreamEncoder(encoders.createStreamEncoder(context), block),
  };
}

function withCompaction<Answer extends ConversationAnswer>(answer: Answer, block: JsonRecord): Answer {
  const choices = answer.choices.map((choice) => ({ ...choice, parts: [toCompaction(choice.parts, block)], finish }));
  return { ...answer, choices };
}

function toCompaction(parts: readonly AnswerPart[], value: JsonRecord): AnswerPart {
  const summary = parts.map((part) => (part.type === 'text' ? readAnswerText(part.text) : '')).join('');
  return { type: 'vendor', dialect: anthropicMessages, value, deltas: [toDelta(summary)] };
}

/** Holds the summary until it is complete: the API sends it in one delta. */
class CompactionStreamEncoder implements StreamEncoder {
  readonly contentType: string;
  readonly #encoder: StreamEncoder;
  readonly #block: JsonRecord;
  #summary = '';

  constructor(encoder: StreamEncoder, block: JsonRecord) {
    this.#encoder = encoder;
    this.#block = block;
    this.contentType = encoder.contentType;
  }

  heartbeat() {
    return this.#encoder.heartbeat();
  }

  encode(events: readonly ConversationEvent[]) {
    return this.#encoder.encode(events.flatMap((event) => this.#convert(event)));
  }

  end(...usage: Parameters<StreamEncoder['end']>) {
    return this.#encoder.end(...usage);
  }

  fail(...failure: Parameters<StreamEncoder['fail']>) {
    return this.#encoder.fail(...failure);
  }

  #convert(event: ConversationEvent): readonly ConversationEvent[] {
    if (!('choice' in event)) return [event];
    if (event.type === 'block-delta' && event.kind === 'text') this.#summary += event.text;
    if (event.type === 'block-literals') this.#summary += readLiterals(event.literals);
    return event.type === 'finish' ? this.#finish(event) : [];
  }

  #finish({ choice }: Finish): readonly ConversationEvent[] {
    const block = 0;
    const dialect = anthropicMessages;
    return [
      { type: 'block-start', choice, block, kind: 'vendor', dialect, value: this.#block },
      { type: 'vendor-delta', choice, block, dialect, value: toDelta(this.#summary) },
      { type: 'block-end', choice, block },
      { type: 'finish', choice, ...finish },
    ];
  }
}
