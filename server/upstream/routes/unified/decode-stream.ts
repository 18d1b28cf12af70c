import type { ConversationEvent } from '../../../conversation/events.ts';
import type { Failure } from '../../../conversation/failure.ts';
import { parseJson } from '../../../lib/json.ts';
import { createSseDecoder } from '../../../lib/sse.ts';
import { brokenAnswer, readFailureValue } from '../../failure.ts';
import type { AnswerDecoder } from '../route.ts';
import { AnswerReader } from './answer-reader.ts';

/** One frame of the stream: the JSON value it holds, its end mark, or text that is neither. */
type Frame =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'done' }
  | { readonly type: 'text'; readonly text: string };

const done: Frame = { type: 'done' };

/**
 * A decoder for an answer as server-sent events, ended by `[DONE]` or not. Line ends may be a single LF between frames
 * (protocol note), so a `data` line that is whole JSON by itself counts as a frame.
 */
export function createStreamDecoder(newId: () => string): AnswerDecoder {
  const reader = new AnswerReader(newId);
  const frames = createSseDecoder<Frame>({
    readLine: readWhole,
    readFrame: (data) => readWhole(data) ?? { type: 'text', text: data },
  });

  function take(taken: readonly Frame[], events: ConversationEvent[]): void {
    for (const frame of taken) {
      if (frame.type === 'value') reader.read(frame.value, events);
      else if (frame.type === 'done') reader.end(events);
      else if (frame.text !== '') reader.fail(readBrokenFrame(frame.text), events);
    }
  }

  return {
    push(bytes) {
      const events: ConversationEvent[] = [];
      if (reader.over) return events;
      try {
        take(frames.push(bytes), events);
      } catch (error) {
        reader.fail(brokenAnswer('The upstream sent an event that does not end.', String(error)), events);
      }
      return events;
    },
    end() {
      const events: ConversationEvent[] = [];
      if (reader.over) return events;
      take(frames.end(), events);
      reader.end(events);
      return events;
    },
  };
}

function readWhole(data: string): Frame | undefined {
  if (data === '[DONE]') return done;
  const first = data.charCodeAt(0);
  // Only objects and lists are answers; a bare word or number may be a line of something longer.
  if (first !== 0x7b && first !== 0x5b) return undefined;
  const value = parseJson(data);
  return value === undefined ? undefined : { type: 'value', value };
}

/** A frame that is no JSON: a sentence in place of one is an error in words, anything else is broken. */
function readBrokenFrame(text: string): Failure {
  if (/^\s*[[{]/.test(text)) return brokenAnswer('The upstream sent an event that is broken JSON.', text);
  return readFailureValue(text);
}
