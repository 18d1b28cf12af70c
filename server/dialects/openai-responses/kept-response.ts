import type { RecalledAnswer } from '../../conversation/kept-answer.ts';
import { isRecord, type JsonRecord, parseJsonExactly, readArray, readRecord, readText } from '../../lib/json.ts';
import type { AnswerContext } from '../dialect.ts';

/** A response as it is kept: with what a later request needs to go on from it. */
export interface KeptResponse {
  /** As its client got it, but for its output. */
  readonly response: JsonRecord;
  /** The request's own items: what came before them is kept with the responses that this one goes on from. */
  readonly input: readonly unknown[];
  /** With the proofs of reasoning, whether or not the client asked for them. */
  readonly output: readonly JsonRecord[];
  /** The id of the response that it goes on from. */
  readonly previous: string | undefined;
}

/** What the request says of keeping its response. */
export interface KeepingOptions {
  /** False when the client asked for nothing to be kept. */
  readonly stores: boolean;
  /** Its own items, read again: they are not held while the answer is awaited. */
  readonly ownItems: () => readonly unknown[];
  readonly previous: string | undefined;
}

/** Where to a response is kept; undefined when it is not. */
export function keeperOf({ keep }: AnswerContext, { stores }: Pick<KeepingOptions, 'stores'>): AnswerContext['keep'] {
  return stores ? keep : undefined;
}

/**
 * Keeps a response that is whole.
 *
 * @param output with all proofs
 */
export function keepResponse(
  response: JsonRecord,
  output: readonly JsonRecord[],
  context: AnswerContext,
  keeping: KeepingOptions,
): void {
  const keep = keeperOf(context, keeping);
  const id = readText(response.id);
  if (keep === undefined || id === undefined) return;
  const { output: _, ...bare } = response;
  const { previous } = keeping;
  const ids = output.flatMap((item) => readText(item.id) ?? []);
  const kept: KeptResponse = { response: bare, input: keeping.ownItems(), output, previous };
  keep({ names: [id, ...ids], text: JSON.stringify(kept), ...(previous !== undefined && { previous }) });
}

const read = new WeakMap<RecalledAnswer, KeptResponse>();

/** Several of a request's references may be to one answer, which is read once. */
export function recallResponse(recalled: RecalledAnswer): KeptResponse {
  const known = read.get(recalled);
  if (known !== undefined) return known;
  const kept = readKeptResponse(recalled.text);
  read.set(recalled, kept);
  return kept;
}

export function readKeptResponse(text: string): KeptResponse {
  const { response, input, output, previous } = readRecord(parseJsonExactly(text));
  return {
    response: readRecord(response),
    input: readArray(input),
    output: readArray(output).filter(isRecord),
    previous: readText(previous),
  };
}
