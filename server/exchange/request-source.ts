import type { RequestForms, RequestOutline } from '../conversation/request.ts';

/** A request's outline, with access to the whole request. */
export interface RequestSource extends RequestOutline {
  /** Reads the whole request. Do not keep it while waiting for the upstream. */
  read(): RequestForms;
  readonly body: RequestBody;
}

/** A request body whose long text runs may have been set aside before decoding. */
export interface RequestBody {
  /** True when counting the tokens would block the event loop for too long, so they are guessed. */
  readonly isLarge: boolean;
  /** True after the bytes were freed: the request cannot be read any more, and its tokens are guessed. */
  isReleased(): boolean;
  /** Puts the text runs back into the encoded request. */
  complete(pieces: readonly Uint8Array[]): readonly Uint8Array[];
  /** From now on, the request is decoded with all of its text. */
  restore(): void;
  /** Call when the request will not be encoded again. Frees the bytes, unless they are few or needed later. */
  release(): void;
}

const wholeBody: RequestBody = {
  isLarge: false,
  isReleased: () => false,
  complete: (pieces) => pieces,
  restore: () => undefined,
  release: () => undefined,
};

/**
 * A request whose decoded form is released after the first read, so that only its bytes stay in memory while the answer
 * is awaited. Later reads (for another model's route, another choice or an estimate) decode it again.
 *
 * @param decodeAgain decodes the same body again
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
      isReleased: () => body.isReleased(),
      complete: (pieces) => body.complete(pieces),
      restore() {
        held = undefined;
        body.restore();
      },
      release() {
        held = undefined;
        body.release();
      },
    },
    read() {
      const read = held ?? decodeAgain();
      held = undefined;
      return read;
    },
  };
}
