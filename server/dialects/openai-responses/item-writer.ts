import type { ConversationEvent } from '../../conversation/events.ts';
import type { JsonRecord } from '../../lib/json.ts';

/** Called with each event of the stream in order, without its sequence number. */
export type EmitEvent = (type: string, members: JsonRecord) => void;

/** Builds the output of a response and emits its events. */
export interface ItemWriter {
  /** The closed items, as the client gets them. */
  readonly output: readonly JsonRecord[];
  /** The closed items with all proofs of reasoning, to be stored. */
  readonly whole: readonly JsonRecord[];
  /** The message that is still open, as far as it is written; empty if none is. */
  readonly unfinished: readonly JsonRecord[];
  /**
   * @param event an event of choice 0
   * @param batch the event with those before and after it that arrived together
   * @param place the event's index in the batch
   */
  writeEvent(event: ConversationEvent, batch: readonly ConversationEvent[], place: number): void;
  /** Ends the output. @param truncated true if a limit or a filter ended the answer */
  close(truncated: boolean): void;
}
