import type { RequestForms, RequestOutline } from '../conversation/request.ts';

/** What of a request is looked at all along, and a way to the rest of it. */
export interface RequestSource extends RequestOutline {
  /** The whole request. Not to be held on to while waiting. */
  read(): RequestForms;
}

/**
 * A request whose decoded form is let go once it was read: while the answer is awaited, only its bytes are kept. Who needs
 * it again (another model's route, another choice, an estimate) has it decoded again.
 *
 * @param decodeAgain makes the same request of the same bytes
 */
export function createRequestSource(
  decoded: RequestForms & { readonly outline: RequestOutline },
  decodeAgain: () => RequestForms,
): RequestSource {
  let held: RequestForms | undefined = decoded;
  return {
    ...decoded.outline,
    read() {
      const read = held ?? decodeAgain();
      held = undefined;
      return read;
    },
  };
}
