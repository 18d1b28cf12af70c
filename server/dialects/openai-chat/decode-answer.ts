import { type BlockKind, BlockLanes, type Lane } from '../../conversation/block-lanes.ts';
import type { ConversationEvent, FinishReason, JsonLiteral, TextKind } from '../../conversation/events.ts';
import { type Failure, modelFailure, unansweredFailure, unnamedCallMessage } from '../../conversation/failure.ts';
import { settleFinishReason } from '../../conversation/finish-reason.ts';
import { UniqueIds } from '../../conversation/unique-ids.ts';
import type { Usage } from '../../conversation/usage.ts';
import { asList, isRecord, type JsonRecord, readText } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { AnswerReaderOptions } from '../dialect.ts';
import { hasError, isErrorBody } from '../error-body.ts';
import { JsonAnswerReader } from '../json-answer-reader.ts';
import { toAnnotationData } from '../openai/annotations.ts';
import { ToolCallAssembler } from './assemble-tool-calls.ts';
import { endsWithoutAnswer, givenReason, readFinishReason } from './finish-reason.ts';
import { chatName } from './name.ts';
import { readMessage } from './read-message.ts';
import { isSameUsage, readUsage } from './read-usage.ts';

/** A chat answer, or an increment of one, without the envelope of a route. */
export interface UnwrappedAnswer {
  readonly payload: JsonRecord;
  /** The answering model, if the envelope names it. */
  readonly model?: unknown;
  /** The usage in the envelope, if any. It takes precedence over that of the payload. */
  readonly usage?: unknown;
}

export interface ChatAnswerReaderOptions extends AnswerReaderOptions {
  /** Absent if the route has no envelope. */
  readonly unwrap?: (value: JsonRecord) => UnwrappedAnswer;
  /** True if every complete stream of the route has a finish reason or an end marker. */
  readonly streamsEnd?: boolean;
}

interface ChoiceState {
  readonly index: number;
  readonly lanes: BlockLanes;
  /** The open block of text, reasoning or refusal. */
  lane: Lane | undefined;
  /** Of the open text. */
  readonly annotations: JsonRecord[];
  /** True once any content was emitted. */
  hasContent: boolean;
  /** True once the upstream sent a finish reason, known or not. */
  finished: boolean;
  finishReason: FinishReason | undefined;
  vendorReason: string | undefined;
  /** Created with the first call. */
  toolCalls: ToolCallAssembler | undefined;
}

/**
 * Decodes OpenAI's chat answers, complete or in increments, which have the same shape: `{choices: [{message |
 * delta}]}`. The finish is emitted at the end, so that there is only one and its reason matches the content.
 */
export class ChatAnswerReader extends JsonAnswerReader<ChatAnswerReaderOptions> {
  readonly #choices = new Map<number, ChoiceState>();
  /** Created with the first call. */
  #toolCallIds: UniqueIds | undefined;
  #upstreamModel: string | undefined;
  #started = false;
  #usage: Usage | undefined;

  get finished(): boolean {
    const choices = [...this.#choices.values()];
    return choices.length > 0 && choices.every((choice) => choice.finished);
  }

  protected readRecord(value: JsonRecord, events: ConversationEvent[]): void {
    const { payload, model, usage } = this.options.unwrap?.(value) ?? { payload: value };
    this.#upstreamModel ??= readText(model) ?? readText(payload.model);
    asList(payload.choices).forEach((choice, position) => {
      if (isRecord(choice)) this.#readChoice(choice, position, events);
    });
    this.#readUsage([usage, payload.usage, value.usage], events);
    if (isFailure(value, payload)) this.fail(this.options.readFailure(value), events);
  }

  /**
   * Adds pieces of text found by the fast path of streams. Has the same effect as reading the chunks that contain them.
   */
  readLiterals(choice: number, literals: readonly JsonLiteral[], events: ConversationEvent[]): void {
    if (this.over) return;
    const state = this.#choice(choice);
    if (literals.length === 0) return;
    state.hasContent = true;
    this.#start(events);
    this.#laneOf(state, 'text', events).appendLiterals(literals, events);
  }

  end(events: ConversationEvent[], isComplete = false): void {
    if (this.over) return;
    const choices = [...this.#choices.values()];
    if (!choices.some((choice) => choice.hasContent || choice.finished)) {
      this.fail(this.options.brokenAnswer('The upstream sent an empty answer.'), events);
      return;
    }
    if (this.options.streamsEnd === true && !isComplete && choices.some((choice) => !choice.finished)) {
      this.fail(this.options.brokenAnswer("The upstream's stream ended before the answer did."), events);
      return;
    }
    this.#start(events);
    const ends: ConversationEvent[] = [];
    for (const choice of choices) {
      const problem = this.#endChoice(choice, ends);
      if (problem !== undefined) {
        this.fail(problem, events);
        return;
      }
    }
    for (const event of ends) events.push(event);
    this.setOver();
  }

  /** @returns a failure if the choice is truncated, is not an answer, or calls a tool without a name */
  #endChoice(choice: ChoiceState, events: ConversationEvent[]): Failure | undefined {
    const { vendorReason } = choice;
    if (vendorReason !== undefined && endsWithoutAnswer(vendorReason)) return unansweredFailure(vendorReason);
    closeLane(choice, events);
    if (!choice.finished && choice.toolCalls?.isTruncated === true)
      return this.options.brokenAnswer('The upstream ended inside a tool call.');
    if (choice.toolCalls?.end(events) === false) {
      return choice.finished
        ? modelFailure(unnamedCallMessage)
        : this.options.brokenAnswer('The upstream ended inside a tool call.');
    }
    const reason = settleFinishReason(choice.finishReason, choice.toolCalls?.hasCalls === true);
    events.push({
      type: 'finish',
      choice: choice.index,
      reason,
      ...withoutUndefined({ vendorReason }),
    });
    return undefined;
  }

  #readChoice(choice: JsonRecord, position: number, events: ConversationEvent[]): void {
    const given = choice.index;
    const index = typeof given === 'number' && Number.isInteger(given) && given >= 0 ? given : position;
    const state = this.#choice(index);
    const content = readMessage(readMessageOf(choice));
    for (const annotation of content.annotations) state.annotations.push(annotation);
    for (const piece of content.pieces) {
      if (piece.kind === 'image') this.#writeWhole(state, piece, events);
      else if (piece.kind === 'vendor') this.#writeWhole(state, { ...piece, dialect: chatName }, events);
      else this.#write(state, piece.kind, piece.text, events);
    }
    if (isRecord(choice.logprobs)) {
      state.hasContent = true;
      this.#start(events);
      events.push({ type: 'logprobs-delta', choice: index, logprobs: choice.logprobs });
    }
    if (content.toolCalls.length > 0) this.#takeCalls(state, content.toolCalls, events);
    const reason = givenReason(choice.finish_reason ?? choice.stop_reason);
    if (reason !== undefined) {
      state.finished = true;
      state.vendorReason = reason;
    }
    state.finishReason = readFinishReason(reason) ?? state.finishReason;
  }

  #write(state: ChoiceState, kind: Exclude<TextKind, 'tool-call'>, text: string, events: ConversationEvent[]): void {
    if (text === '') return;
    state.hasContent = true;
    this.#start(events);
    this.#laneOf(state, kind, events).appendText(kind, text, events);
  }

  /** Emits a block that arrived whole. */
  #writeWhole(state: ChoiceState, block: BlockKind, events: ConversationEvent[]): void {
    state.hasContent = true;
    this.#start(events);
    this.#closeText(state, events);
    state.lanes.close(state.lanes.open(block, events), {}, events);
  }

  #takeCalls(
    state: ChoiceState,
    fragments: Parameters<ToolCallAssembler['assembleFragments']>[0],
    events: ConversationEvent[],
  ): void {
    state.hasContent = true;
    this.#start(events);
    this.#toolCallIds ??= new UniqueIds(this.options.newId);
    state.toolCalls ??= new ToolCallAssembler(state.lanes, this.#toolCallIds);
    const opened = state.lanes.opened;
    state.toolCalls.assembleFragments(fragments, events);
    if (state.lanes.opened === opened || state.lane === undefined) return;
    // Text that follows a call is a new block.
    closeLane(state, events);
  }

  /** Returns the open block, or opens a new one if the last one is of another kind. */
  #laneOf(state: ChoiceState, kind: Exclude<TextKind, 'tool-call'>, events: ConversationEvent[]): Lane {
    if (state.lane?.kind === kind) return state.lane;
    this.#closeText(state, events);
    const lane = state.lanes.open({ kind }, events);
    state.lane = lane;
    return lane;
  }

  /** Closes the open text and the calls before a new block. */
  #closeText(state: ChoiceState, events: ConversationEvent[]): void {
    closeLane(state, events);
    state.toolCalls?.closeWhole(events);
  }

  /** @param places values that may be a usage object; the first one that is counts */
  #readUsage(places: readonly unknown[], events: ConversationEvent[]): void {
    let usage: Usage | undefined;
    for (const place of places) usage ??= readUsage(place, this.#usage);
    if (usage === undefined || (this.#usage !== undefined && isSameUsage(usage, this.#usage))) return;
    this.#usage = usage;
    this.#start(events);
    events.push({ type: 'usage', usage });
  }

  /** Emits the start right before the first other event, if the upstream has named its model by then. */
  #start(events: ConversationEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    if (this.#upstreamModel !== undefined) events.push({ type: 'start', upstreamModel: this.#upstreamModel });
  }

  #choice(index: number): ChoiceState {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const state: ChoiceState = {
      index,
      lanes: new BlockLanes(index),
      lane: undefined,
      annotations: [],
      hasContent: false,
      finished: false,
      finishReason: undefined,
      vendorReason: undefined,
      toolCalls: undefined,
    };
    this.#choices.set(index, state);
    return state;
  }
}

/** Closes the open block of text, reasoning or refusal. A text gets the annotations so far. */
function closeLane(state: ChoiceState, events: ConversationEvent[]): void {
  const { lane, annotations } = state;
  if (lane === undefined) return;
  state.lane = undefined;
  const vendor = lane.kind === 'text' ? toAnnotationData(annotations.splice(0)) : undefined;
  state.lanes.close(lane, vendor === undefined ? {} : { vendor }, events);
}

/** Returns the delta if it is not empty, otherwise the message. */
function readMessageOf(choice: JsonRecord): JsonRecord {
  const delta = choice.delta;
  if (isRecord(delta) && (Object.keys(delta).length > 0 || !isRecord(choice.message))) return delta;
  // OpenAI's older API has the text in place of a message.
  return isRecord(choice.message) ? choice.message : { content: choice.text };
}

/** True for an error body. A chunk without choices is not one unless it contains an error. */
function isFailure(body: JsonRecord, payload: JsonRecord): boolean {
  if (hasError(body) || hasError(payload)) return true;
  return payload === body && !Array.isArray(payload.choices) && isErrorBody(body);
}
