import type { ChoiceFinish } from '../../conversation/answer.ts';
import { settleFinishReason } from '../../conversation/finish-reason.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { MessagesAnswerOptions } from './answer-options.ts';
import { encodeStopReason } from './finish-reason.ts';
import { anthropicMessages } from './name.ts';

export interface EncodedEnd {
  readonly stop_reason: string;
  readonly stop_sequence: string | null;
  readonly stop_details: unknown;
  readonly container: unknown;
}

/** What an answer held, which has a say in the reason that it ended for. */
export interface SaidKinds {
  readonly calls: boolean;
  /** The model declined in words. */
  readonly refusal: boolean;
}

/** @param finish undefined when nobody finished the answer */
export function encodeEnd(
  finish: ChoiceFinish | undefined,
  said: SaidKinds,
  options: MessagesAnswerOptions,
): EncodedEnd {
  const settled = settleFinishReason(finish?.reason, said.calls);
  const reason = said.refusal && settled === 'stop' ? 'refusal' : settled;
  const own = vendorMembersOf(finish?.vendor, anthropicMessages);
  const word = encodeStopReason(reason, finish?.vendorReason);
  return {
    stop_reason: word,
    stop_sequence: reason === 'stop-sequence' ? stopSequenceOf(finish?.stopSequence, options) : null,
    stop_details: own.stop_details ?? (word === 'refusal' ? unexplained : null),
    container: own.container ?? null,
  };
}

const unexplained: JsonRecord = { type: 'refusal', category: null, explanation: null };

/** Where the vendor names none, it is clear which one came if there is one only. */
function stopSequenceOf(told: string | undefined, { stopSequences }: MessagesAnswerOptions): string | null {
  if (told !== undefined) return told;
  return stopSequences.length === 1 ? (stopSequences[0] ?? null) : null;
}
