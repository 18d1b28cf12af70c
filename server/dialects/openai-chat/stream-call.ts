import { encodeJson } from '../../lib/byte-string.ts';
import type { CustomInputReader } from '../openai/custom-input.ts';

/** A call whose chunks are being sent. */
export interface StreamCall {
  readonly id: string;
  /** The parts of a chunk before and after the literal with a piece of the arguments. */
  readonly open: string;
  readonly close: string;
  hasArguments: boolean;
  /** Reads the text of a custom tool from the arguments. Undefined for functions. */
  readonly custom: CustomInputReader | undefined;
  ended: boolean;
}

export function startCall(id: string, open: string, close: string, custom?: CustomInputReader): StreamCall {
  return { id, open, close, hasArguments: false, custom, ended: false };
}

/** The chunk with a piece of a custom tool's input. */
export function encodeInput({ open, close }: StreamCall, text: string): string {
  return text === '' ? '' : open + encodeJson(text) + close;
}

/** A call without arguments gets `{}`, because clients parse the collected arguments as JSON. */
export function endCall(call: StreamCall): string {
  if (call.ended) return '';
  call.ended = true;
  if (call.custom !== undefined) return encodeInput(call, call.custom.end());
  return call.hasArguments ? '' : `${call.open}"{}"${call.close}`;
}
