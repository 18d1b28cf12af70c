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

/** The kinds of content in an answer that influence its stop reason. */
export interface AnswerKinds {
  readonly calls: boolean;
  /** The model declined with a text. */
  readonly refusal: boolean;
}

/** @param finish undefined if the answer has no finish */
export function encodeEnd(
  finish: ChoiceFinish | undefined,
  kinds: AnswerKinds,
  options: MessagesAnswerOptions,
): EncodedEnd {
  const settled = settleFinishReason(finish?.reason, kinds.calls);
  const reason = kinds.refusal && settled === 'stop' ? 'refusal' : settled;
  const own = vendorMembersOf(finish?.vendor, anthropicMessages);
  const stopReason = encodeStopReason(reason, finish?.vendorReason);
  return {
    stop_reason: stopReason,
    stop_sequence: reason === 'stop-sequence' ? stopSequenceOf(finish?.stopSequence, options) : null,
    stop_details: own.stop_details ?? (stopReason === 'refusal' ? unexplained : null),
    container: own.container ?? null,
  };
}

const unexplained: JsonRecord = { type: 'refusal', category: null, explanation: null };

/** If the vendor does not report the stop sequence, it is known if the request has only one. */
function stopSequenceOf(reported: string | undefined, { stopSequences }: MessagesAnswerOptions): string | null {
  if (reported !== undefined) return reported;
  return stopSequences.length === 1 ? (stopSequences[0] ?? null) : null;
}
