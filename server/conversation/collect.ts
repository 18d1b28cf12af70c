import type { ByteString } from '../lib/byte-string.ts';
import { type ConversationEvent, type FinishReason, readLiterals } from './events.ts';
import type { Failure } from './failure.ts';
import { settleFinishReason } from './finish-reason.ts';
import { readLogprobs } from './logprobs.ts';
import type { Choice, ConversationResult } from './result.ts';
import type { Usage } from './usage.ts';

/** Adds a stream of events up to one result. How much may come in is the caller's to bound. */
export interface Collector {
  push(events: readonly ConversationEvent[]): void;
  /** The answer so far: choices that have not finished are closed as they are. At least one choice. */
  result(): ConversationResult;
  /** What ended the answer, if a failure did. */
  readonly failure: Failure | undefined;
}

export function createCollector(): Collector {
  return new EventCollector();
}

/** The answer that these events add up to. */
export function collect(events: readonly ConversationEvent[]): ConversationResult {
  const collector = createCollector();
  collector.push(events);
  return collector.result();
}

interface GrowingCall {
  readonly id: string;
  readonly name: string;
  arguments: string;
}

interface GrowingChoice {
  text: string;
  /** Text behind `text`, undecoded: nobody may ever read it. */
  readonly literals: ByteString[];
  reasoning: string;
  refusal: string;
  readonly toolCalls: Map<number, GrowingCall>;
  logprobs: { readonly content: unknown[]; readonly refusal: unknown[] } | undefined;
  finishReason: FinishReason | undefined;
}

class EventCollector implements Collector {
  failure: Failure | undefined;
  #upstreamModel: string | undefined;
  #usage: Usage | undefined;
  readonly #choices = new Map<number, GrowingChoice>();

  push(events: readonly ConversationEvent[]): void {
    for (const event of events) {
      if (event.type === 'start') this.#upstreamModel = event.upstreamModel;
      else if (event.type === 'usage') this.#usage = event.usage;
      else if (event.type === 'failure') this.failure = event.failure;
      else grow(this.#choice(event.choice), event);
    }
  }

  result(): ConversationResult {
    const known = this.#choices.size > 0 ? [...this.#choices] : [[0, emptyChoice()] as const];
    const choices = known.map(([index, choice]) => close(index, choice));
    return {
      ...(this.#upstreamModel !== undefined && { upstreamModel: this.#upstreamModel }),
      choices: choices.sort((left, right) => left.index - right.index),
      ...(this.#usage !== undefined && { usage: this.#usage }),
    };
  }

  #choice(index: number): GrowingChoice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice = emptyChoice();
    this.#choices.set(index, choice);
    return choice;
  }
}

function emptyChoice(): GrowingChoice {
  return {
    text: '',
    literals: [],
    reasoning: '',
    refusal: '',
    toolCalls: new Map(),
    logprobs: undefined,
    finishReason: undefined,
  };
}

type ChoiceEvent = Extract<ConversationEvent, { readonly choice: number }>;

function grow(choice: GrowingChoice, event: ChoiceEvent): void {
  switch (event.type) {
    case 'text-delta':
      choice.text = readText(choice) + event.text;
      choice.literals.length = 0;
      break;
    case 'text-literals':
      choice.literals.push(...event.literals);
      break;
    case 'reasoning-delta':
      choice.reasoning += event.text;
      break;
    case 'refusal-delta':
      choice.refusal += event.text;
      break;
    case 'tool-call-start':
      if (!choice.toolCalls.has(event.index)) {
        choice.toolCalls.set(event.index, { id: event.id, name: event.name, arguments: '' });
      }
      break;
    case 'tool-call-delta': {
      const call = choice.toolCalls.get(event.index);
      if (call !== undefined) call.arguments += event.arguments;
      break;
    }
    case 'tool-call-end':
      break;
    case 'logprobs-delta': {
      const { content, refusal } = readLogprobs(event.logprobs);
      if (content.length + refusal.length === 0) break;
      choice.logprobs ??= { content: [], refusal: [] };
      for (const entry of content) choice.logprobs.content.push(entry);
      for (const entry of refusal) choice.logprobs.refusal.push(entry);
      break;
    }
    case 'finish':
      choice.finishReason ??= event.reason;
      break;
  }
}

function close(index: number, choice: GrowingChoice): Choice {
  const calls = [...choice.toolCalls].sort(([left], [right]) => left - right);
  return {
    index,
    text: choice.text === '' && choice.literals.length > 0 ? { literal: choice.literals.join('') } : readText(choice),
    reasoning: choice.reasoning,
    refusal: choice.refusal,
    toolCalls: calls.map(([, call]) => ({ ...call, arguments: call.arguments === '' ? '{}' : call.arguments })),
    finishReason: settleFinishReason(choice.finishReason, calls.length > 0),
    ...(choice.logprobs !== undefined && { logprobs: choice.logprobs }),
  };
}

/** The text up to now. */
function readText({ text, literals }: GrowingChoice): string {
  return literals.length === 0 ? text : text + readLiterals(literals);
}
