import type { ErrorReply } from '../refusal/errors.ts';

/** One event of a streamed answer, before it is written in a stream's format. */
export type Frame = {
  /** Name of the event, for streams that name them; empty when it has none. */
  readonly event: string;
  readonly data: { readonly json: unknown } | { readonly text: string };
  /** Set on the frame with the finish and on all later ones. */
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

/** Writes frames in one stream format, between `open` and `close`. */
export type FrameWriter = {
  readonly contentType: string;
  readonly open: string;
  readonly close: string;
  write(frame: Frame, position: { readonly index: number; readonly last: boolean }): string | Uint8Array;
};

/** The simulator's reply: an error, a JSON body, or a stream of frames. */
export type Reply =
  | ErrorReply
  | { readonly kind: 'json'; readonly body: unknown }
  | {
      readonly kind: 'stream';
      readonly frames: readonly Frame[];
      readonly writer: FrameWriter;
      /** Repeated during a pause, if a knob asks for it. */
      readonly keepAlive?: string | Uint8Array;
    };
