import type { RequestForms, RequestOutline } from '../conversation/request.ts';

/** What of a request is looked at all along, and a way to the rest of it. */
export interface RequestSource extends RequestOutline {
  /** The whole request. Not to be held on to while waiting. */
  read(): RequestForms;
  readonly body: RequestBody;
}

/** Long runs of a request's text may have been set aside before it was decoded. */
export interface RequestBody {
  /** So much text that counting its tokens would hold up others: they are guessed. */
  readonly isLarge: boolean;
  /** What was encoded from the request, with the runs in it. */
  complete(pieces: readonly Uint8Array[]): readonly Uint8Array[];
  /** Has the request decoded with all of its text from now on. */
  restore(): void;
}

const wholeBody: RequestBody = { isLarge: false, complete: (pieces) => pieces, restore: () => undefined };

/**
 * A request whose decoded form is let go once it was read: while the answer is awaited, only its bytes are kept. Who needs
 * it again (another model's route, another choice, an estimate) has it decoded again.
 *
 * @param decodeAgain makes the same request of the same body
 */
export function createRequestSource(
  decoded: RequestForms & { readonly outline: RequestOutline },
  decodeAgain: () => RequestForms,
  body: RequestBody = wholeBody,
): RequestSource {
  let held: RequestForms | undefined = decoded;
  return {
    ...decoded.outline,
    body: {
      isLarge: body.isLarge,
      complete: (pieces) => body.complete(pieces),
      restore() {
        held = undefined;
        body.restore();
      },
    },
    read() {
      const read = held ?? decodeAgain();
      held = undefined;
      return read;
    },
  };
}
