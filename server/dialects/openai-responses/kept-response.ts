import type { RecalledAnswer } from '../../conversation/kept-answer.ts';
import { isRecord, type JsonRecord, parseJsonExactly, readArray, readRecord, readText } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { AnswerContext } from '../dialect.ts';

/** A stored response, with everything that a later request needs to continue it. */
export interface KeptResponse {
  /** As its client got it, but without its output. */
  readonly response: JsonRecord;
  /** The request's own items. Earlier items are stored with the responses that this one continues. */
  readonly input: readonly unknown[];
  /** Includes proofs of reasoning even if the client did not ask for them; in items without an id if it got no item. */
  readonly output: readonly JsonRecord[];
  /** The id of the response that it continues. */
  readonly previous: string | undefined;
}

/** How a request's response is stored. */
export interface KeepingOptions {
  /** False if the client asked not to store the response. */
  readonly stores: boolean;
  /** Decodes the request's own items again. They are not kept in memory during the exchange. */
  readonly ownItems: () => readonly unknown[];
  readonly previous: string | undefined;
}

/** The items of a request whose response is stored without them, or not at all. */
export const noItems: KeepingOptions['ownItems'] = () => [];

/** Returns the function that stores the response; undefined if it is not to be stored. */
export function keeperOf({ keep }: AnswerContext, { stores }: Pick<KeepingOptions, 'stores'>): AnswerContext['keep'] {
  return stores ? keep : undefined;
}

/**
 * Stores a response that is complete or failed.
 *
 * @param output the items with all proofs
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
  keep({ names: [id, ...ids], text: JSON.stringify(kept), ...withoutUndefined({ previous }) });
}

const read = new WeakMap<RecalledAnswer, KeptResponse>();

/** Parses a stored response. An answer is parsed once, even if a request has several references to it. */
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
