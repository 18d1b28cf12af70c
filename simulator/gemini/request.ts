import type { Behaviour } from '../behaviour.ts';
import { asArray, asRecord, type JsonRecord } from '../json.ts';
import { type GeminiThinking, thinkingOf } from './models.ts';

/** A generateContent request in the form that the rules check. */
export type GeminiRequest = {
  readonly body: JsonRecord;
  readonly contents: readonly JsonRecord[];
  readonly declarations: readonly JsonRecord[];
  /** `generationConfig`, its members in camel case. */
  readonly settings: JsonRecord;
  readonly thinkingSettings: JsonRecord;
  readonly model: string;
  readonly thinking: GeminiThinking;
  readonly behaviour: Behaviour;
};

/** Reads what the rules need and ignores invalid parts. Members may be in camel case or snake case. */
export function readGeminiRequest(body: JsonRecord, model: string, behaviour: Behaviour): GeminiRequest {
  const settings = inCamelCase(asRecord(body.generationConfig ?? body.generation_config));
  return {
    body,
    contents: asArray(body.contents).map(asRecord),
    declarations: asArray(body.tools)
      .flatMap((tool) => asArray(asRecord(tool).functionDeclarations ?? asRecord(tool).function_declarations))
      .map((declared) => inCamelCase(asRecord(declared))),
    settings,
    thinkingSettings: inCamelCase(asRecord(settings.thinkingConfig)),
    model,
    thinking: thinkingOf(model),
    behaviour,
  };
}

/** The object with the names of its members, not those deeper inside, in camel case. */
export function inCamelCase(record: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(record).map(([name, held]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      held,
    ]),
  );
}

/** The parts of a content, the names of their members in camel case. */
export function partsOf(content: JsonRecord | undefined): readonly JsonRecord[] {
  return asArray(content?.parts).map((part) => inCamelCase(asRecord(part)));
}

/** Calls of a content. */
export function callsOf(content: JsonRecord | undefined): readonly JsonRecord[] {
  return partsOf(content).filter((part) => part.functionCall !== undefined);
}

/** Responses to calls in a content. */
export function responsesOf(content: JsonRecord | undefined): readonly JsonRecord[] {
  return partsOf(content).filter((part) => part.functionResponse !== undefined);
}
