import type { ServerResponse } from 'node:http';
import type { Recorder, RequestEntry } from './recorder.ts';

/** What a response writer receives and reports. */
export type ResponseWatch = {
  /** Aborted when the client disconnects or the simulator closes. */
  readonly signal: AbortSignal;
  /** To be called after each chunk of a stream. */
  readonly onChunk: () => void;
  /** To be called just before the simulator itself breaks the connection. */
  readonly onCut: () => void;
};

export type WatchOptions = {
  readonly recorder: Recorder;
  readonly now: () => number;
  /** Called once, when the response has closed. */
  readonly onClose: () => void;
};

/** Keeps the entry of a request up to date. Its outcome is set when the response closes, for whatever reason. */
export function watchResponse(
  entry: RequestEntry,
  response: ServerResponse,
  { recorder, now, onClose }: WatchOptions,
): ResponseWatch {
  const leaving = new AbortController();
  let isCut = false;
  response.once('close', () => {
    leaving.abort();
    onClose();
    entry.endedAt = now();
    if (isCut) entry.outcome = 'failed';
    else entry.outcome = response.writableFinished ? 'completed' : 'aborted-by-client';
    recorder.changed(entry);
  });
  return {
    signal: leaving.signal,
    onChunk: () => {
      entry.chunksSent += 1;
      recorder.changed(entry);
    },
    onCut: () => {
      isCut = true;
    },
  };
}
