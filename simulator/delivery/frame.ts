import type { ErrorReply } from '../refusal/errors.ts';

/** One event of a streamed answer, before it is written in a stream's format. */
export type Frame = {
  /** Name of the event, for streams that name them; empty when it has none. */
  readonly event: string;
  readonly data: { readonly json: unknown } | { readonly text: string };
  /** Set on the frame that tells the finish and on all after it. */
  readonly ending: boolean;
};

export function jsonFrame(json: unknown, event = ''): Frame {
  return { event, data: { json }, ending: false };
}

export function endingFrame(json: unknown, event = ''): Frame {
  return { event, data: { json }, ending: true };
}

/** The frame that ends OpenAI's streams. */
export const doneFrame: Frame = { event: '', data: { text: '[DONE]' }, ending: true };

/** Writes frames in one stream format. `open` and `close` stand around them. */
export type FrameWriter = {
  readonly contentType: string;
  readonly open: string;
  readonly close: string;
  write(frame: Frame, position: { readonly index: number; readonly last: boolean }): string | Uint8Array;
};

/** What the simulator answers: an error, a JSON body, or a stream of frames. */
export type Reply =
  | ErrorReply
  | { readonly kind: 'json'; readonly body: unknown }
  | {
      readonly kind: 'stream';
      readonly frames: readonly Frame[];
      readonly writer: FrameWriter;
      /** Written again and again during a silence, if a knob says so. */
      readonly keepAlive?: string | Uint8Array;
    };
