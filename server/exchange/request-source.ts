import type { ConversationRequest } from '../conversation/request.ts';

/** What of a request is looked at all along, and a way to the rest of it. */
export interface RequestSource {
  /** The model's id as the client wrote it. */
  readonly model: string;
  readonly stream: boolean;
  readonly choiceCount: number;
  readonly affinityKey: string | undefined;
  /** True for the first request of a conversation: nothing has been answered in it yet. */
  readonly opening: boolean;
  /** The whole request. Not to be held on to while waiting. */
  read(): ConversationRequest;
}

/**
 * A request whose decoded form is let go once it was read: while the answer is awaited, only its bytes are kept. Who needs
 * it again (another model's route, another choice, an estimate) has it decoded again.
 *
 * @param decodeAgain makes the same request of the same bytes
 */
export function createRequestSource(
  request: ConversationRequest,
  decodeAgain: () => ConversationRequest,
): RequestSource {
  let held: ConversationRequest | undefined = request;
  return {
    model: request.model,
    stream: request.stream,
    choiceCount: request.choiceCount,
    affinityKey: request.affinityKey,
    opening: !request.messages.some((message) => message.role === 'assistant'),
    read() {
      const read = held ?? decodeAgain();
      held = undefined;
      return read;
    },
  };
}
