import type { Answer } from './answer/answer.ts';
import type { Prompt, Refusal } from './answer/prompt.ts';
import type { Behaviour } from './behaviour.ts';
import type { Reply } from './delivery/frame.ts';
import type { JsonRecord } from './json.ts';
import type { RouteName } from './refusal/doors.ts';
import type { ErrorFamily } from './refusal/error-families.ts';

/** A request to a model route, before its body was understood. */
export type WireRequest = {
  readonly body: JsonRecord;
  /** What the route's pattern caught in the path, percent-decoded: model and method. */
  readonly pathParts: readonly string[];
  readonly query: URLSearchParams;
};

/** What a route made of a request. */
export type PromptReading =
  | { readonly ok: true; readonly prompt: Prompt }
  | { readonly ok: false; readonly refusal: Refusal };

/** One wire format of the upstream: where the model stands, how a request reads, how an answer is written. */
export type Wire = {
  readonly name: RouteName;
  /** The shape of this route's own errors; null where it depends on the status. */
  readonly errorFamily: ErrorFamily | null;
  /** The models that the route serves, beside those that begin with `sim-`. */
  readonly serves: RegExp;
  /** The model as written, with the knobs after it; empty when there is none. */
  locateModel(request: WireRequest): string;
  readPrompt(request: WireRequest, model: string, behaviour: Behaviour): PromptReading;
  encodeAnswer(answer: Answer, prompt: Prompt, behaviour: Behaviour, request: WireRequest): Reply;
};

export function refused(refusal: Refusal): PromptReading {
  return { ok: false, refusal };
}

/** Whether the answer goes out as a stream: as the request asks, unless a knob says otherwise. */
export function streams(prompt: Prompt, behaviour: Behaviour): boolean {
  return behaviour['answer-as'] === 'auto' ? prompt.stream : behaviour['answer-as'] === 'sse';
}
