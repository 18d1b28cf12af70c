import type { Answer } from './answer/answer.ts';
import type { Prompt, Refusal } from './answer/prompt.ts';
import type { Behaviour } from './behaviour.ts';
import type { Reply } from './delivery/frame.ts';
import type { JsonRecord } from './json.ts';
import type { RouteName } from './refusal/doors.ts';
import type { ErrorFamily } from './refusal/error-families.ts';

/** A request to a model route, before its body is interpreted. */
export type WireRequest = {
  readonly body: JsonRecord;
  /** The captured groups of the route's path pattern, percent-decoded: model and method. */
  readonly pathParts: readonly string[];
  readonly query: URLSearchParams;
};

/** A request as interpreted by a route. */
export type PromptReading =
  | { readonly ok: true; readonly prompt: Prompt }
  | { readonly ok: false; readonly refusal: Refusal };

/** One wire format of the upstream: where the model id is, how requests are read, how answers are written. */
export type Wire = {
  readonly name: RouteName;
  /** The format of this route's errors; null if it depends on the status. */
  readonly errorFamily: ErrorFamily | null;
  /** The models that the route serves, in addition to those that begin with `sim-`. */
  readonly serves: RegExp;
  /** The model as written, with the knobs after it; empty when there is none. */
  locateModel(request: WireRequest): string;
  readPrompt(request: WireRequest, model: string, behaviour: Behaviour): PromptReading;
  encodeAnswer(answer: Answer, prompt: Prompt, behaviour: Behaviour, request: WireRequest): Reply;
};

export function refused(refusal: Refusal): PromptReading {
  return { ok: false, refusal };
}

/** Whether to stream the answer: as the request asks, unless a knob overrides it. */
export function streams(prompt: Prompt, behaviour: Behaviour): boolean {
  return behaviour['answer-as'] === 'auto' ? prompt.stream : behaviour['answer-as'] === 'sse';
}
