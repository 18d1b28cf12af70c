import type { ConversationEvent, FinishReason } from '../../../conversation/events.ts';
import { Failure } from '../../../conversation/failure.ts';
import { settleFinishReason } from '../../../conversation/finish-reason.ts';
import type { Usage } from '../../../conversation/usage.ts';
import type { ByteString } from '../../../lib/byte-string.ts';
import { isRecord, type JsonRecord, readArray, readRecord, readText } from '../../../lib/json.ts';
import { brokenAnswer, readFailureValue } from '../../failure.ts';
import { readMessage } from './content.ts';
import { readFinishReason } from './finish-reason.ts';
import { ToolCallAssembler } from './tool-calls.ts';
import { isSameUsage, readUsage } from './usage.ts';

interface ChoiceState {
  readonly index: number;
  /** Something of it went out. */
  hasContent: boolean;
  /** The upstream named a reason to finish, known or not. */
  finished: boolean;
  finishReason: FinishReason | undefined;
  /** Made with the first call. */
  toolCalls: ToolCallAssembler | undefined;
}

/**
 * Reads the unified endpoint's JSON, one whole answer or any number of increments of one, to events. Both have the same
 * shape, `{response_payload: {choices: [{message | delta}]}, platform_attributes}`, and a bare OpenAI answer without the
 * envelope reads as well. The finish is held back to the end, so that it comes once and tells what really came.
 */
export class AnswerReader {
  readonly #newId: () => string;
  readonly #secrets: readonly string[];
  readonly #choices = new Map<number, ChoiceState>();
  #toolCallIds: Set<string> | undefined;
  #upstreamModel: string | undefined;
  #started = false;
  #usage: Usage | undefined;
  #over = false;

  /** @param secrets what must not come out in a failure's words */
  constructor(newId: () => string, secrets: readonly string[] = []) {
    this.#newId = newId;
    this.#secrets = secrets;
  }

  /** True after a failure or the end: nothing more comes out. */
  get over(): boolean {
    return this.#over;
  }

  /** @param value one parsed JSON value */
  read(value: unknown, events: ConversationEvent[]): void {
    if (this.#over) return;
    if (Array.isArray(value)) {
      for (const item of value) this.read(item, events);
      return;
    }
    if (!isRecord(value)) {
      this.fail(brokenAnswer('The upstream sent something that is no answer.', String(value), this.#secrets), events);
      return;
    }
    const payload = isRecord(value.response_payload) ? value.response_payload : value;
    const attributes = readRecord(value.platform_attributes);
    this.#upstreamModel ??= readText(attributes.model) ?? readText(payload.model);
    readArray(payload.choices).forEach((choice, position) => {
      if (isRecord(choice)) this.#readChoice(choice, position, events);
    });
    this.#readUsage([readRecord(attributes.metrics).usage, payload.usage, value.usage], events);
    if (isFailure(value, payload)) this.fail(readFailureValue(value, this.#secrets), events);
  }

  /** Pieces of text that were made out elsewhere (the fast path of streams): the same as reading chunks that hold them. */
  readLiterals(choice: number, literals: readonly ByteString[], events: ConversationEvent[]): void {
    if (this.#over) return;
    const state = this.#choice(choice);
    if (literals.length === 0) return;
    state.hasContent = true;
    this.#push({ type: 'text-literals', choice, literals }, events);
  }

  fail(failure: Failure, events: ConversationEvent[]): void {
    if (this.#over) return;
    this.#over = true;
    events.push({ type: 'failure', failure });
  }

  /** The answer is complete: a finish for each choice, or one failure. */
  end(events: ConversationEvent[]): void {
    if (this.#over) return;
    const choices = [...this.#choices.values()];
    if (!choices.some((choice) => choice.hasContent || choice.finished)) {
      this.fail(brokenAnswer('The upstream answered with nothing.'), events);
      return;
    }
    const ends: ConversationEvent[] = [];
    for (const choice of choices) {
      if (choice.toolCalls?.end(ends) === false) {
        this.fail(brokenToolCall(choice.finishReason), events);
        return;
      }
      const reason = settleFinishReason(choice.finishReason, choice.toolCalls?.hasCalls === true);
      ends.push({ type: 'finish', choice: choice.index, reason });
    }
    for (const event of ends) this.#push(event, events);
    this.#over = true;
  }

  #readChoice(choice: JsonRecord, position: number, events: ConversationEvent[]): void {
    const given = choice.index;
    const index = typeof given === 'number' && Number.isInteger(given) && given >= 0 ? given : position;
    const state = this.#choice(index);
    const content = readMessage(readMessageOf(choice));
    const pieces: ConversationEvent[] = [];
    if (content.reasoning !== '') pieces.push({ type: 'reasoning-delta', choice: index, text: content.reasoning });
    if (content.text !== '') pieces.push({ type: 'text-delta', choice: index, text: content.text });
    if (content.refusal !== '') pieces.push({ type: 'refusal-delta', choice: index, text: content.refusal });
    if (isRecord(choice.logprobs)) pieces.push({ type: 'logprobs-delta', choice: index, logprobs: choice.logprobs });
    if (content.toolCalls.length > 0) this.#toolCallsOf(state).take(content.toolCalls, pieces);
    if (pieces.length > 0) state.hasContent = true;
    for (const piece of pieces) this.#push(piece, events);
    const reason = choice.finish_reason ?? choice.stop_reason;
    if (typeof reason === 'string') state.finished = true;
    state.finishReason = readFinishReason(reason) ?? state.finishReason;
  }

  /** @param places where usage may be told; the first that tells any counts */
  #readUsage(places: readonly unknown[], events: ConversationEvent[]): void {
    let usage: Usage | undefined;
    for (const place of places) usage ??= readUsage(place, this.#usage);
    if (usage === undefined || (this.#usage !== undefined && isSameUsage(usage, this.#usage))) return;
    this.#usage = usage;
    this.#push({ type: 'usage', usage }, events);
  }

  /** The start goes out right before the first other event, when the upstream has named its model by then. */
  #push(event: ConversationEvent, events: ConversationEvent[]): void {
    if (!this.#started) {
      this.#started = true;
      if (this.#upstreamModel !== undefined) events.push({ type: 'start', upstreamModel: this.#upstreamModel });
    }
    events.push(event);
  }

  #choice(index: number): ChoiceState {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const state: ChoiceState = {
      index,
      hasContent: false,
      finished: false,
      finishReason: undefined,
      toolCalls: undefined,
    };
    this.#choices.set(index, state);
    return state;
  }

  #toolCallsOf(state: ChoiceState): ToolCallAssembler {
    this.#toolCallIds ??= new Set();
    state.toolCalls ??= new ToolCallAssembler(state.index, this.#newId, this.#toolCallIds);
    return state.toolCalls;
  }
}

/** The increment where there is one with something in it, else the message. */
function readMessageOf(choice: JsonRecord): JsonRecord {
  const delta = choice.delta;
  if (isRecord(delta) && (Object.keys(delta).length > 0 || !isRecord(choice.message))) return delta;
  return readRecord(choice.message);
}

/** True when a value is an error body of some family. Chunks without choices are none as long as they complain of nothing. */
function isFailure(body: JsonRecord, payload: JsonRecord): boolean {
  if (isComplaint(body.error) || isComplaint(payload.error)) return true;
  if (Array.isArray(payload.choices)) return false;
  if (body.type === 'error' || isComplaint(body.upstream) || readArray(body.errors).length > 0) return true;
  if (payload !== body) return false;
  return typeof body.message === 'string' || isRecord(body.balance) || isBadStatus(body.status ?? body.code);
}

function isComplaint(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || (isRecord(value) && Object.keys(value).length > 0);
}

function isBadStatus(value: unknown): boolean {
  if (typeof value === 'number') return value >= 400;
  return typeof value === 'string' && /^(?:USER_BLOCKED|RATE_LIMITED|UNKNOWN|ERROR|[45]\d\d)$/i.test(value);
}

/** A call cut by the bound on the answer's length is the request's to mend; any other is the upstream's. */
function brokenToolCall(reason: FinishReason | undefined): Failure {
  if (reason !== 'length') return brokenAnswer('The upstream sent a tool call that is not whole.');
  return new Failure(
    'invalid-request',
    'The answer reached its limit of tokens inside the arguments of a tool call. Raise max_tokens.',
    {
      fault: 'request',
      parameter: 'max_tokens',
    },
  );
}
