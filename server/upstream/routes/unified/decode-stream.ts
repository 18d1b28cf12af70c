import type { ConversationEvent } from '../../../conversation/events.ts';
import type { Failure } from '../../../conversation/failure.ts';
import { parseJson } from '../../../lib/json.ts';
import { createSseDecoder } from '../../../lib/sse.ts';
import { brokenAnswer, readFailureValue } from '../../failure.ts';
import type { AnswerDecoder } from '../route.ts';
import { AnswerReader } from './answer-reader.ts';
import { createTextTemplate, type TextTemplate } from './text-template.ts';

/**
 * A decoder for an answer as server-sent events, ended by `[DONE]` or not. Line ends may be a single LF between frames
 * (protocol note), so a `data` line that is whole JSON by itself counts as a frame.
 *
 * @param template the fast path for frames of text; its absence changes nothing but the time
 */
export function createStreamDecoder(newId: () => string, template: TextTemplate = createTextTemplate()): AnswerDecoder {
  const reader = new AnswerReader(newId);
  /** One list for all: a new one would grow old while it waits for a slow stream's next chunk (decision 011). */
  const events: ConversationEvent[] = [];

  /** @returns false when the data is no JSON object or list, nor the mark of the end */
  function take(data: string): boolean {
    if (data === '[DONE]') {
      reader.end(events);
      return true;
    }
    // Only objects and lists are answers; a bare word or number may be a line of something longer.
    const value = isStructure(data) ? parseJson(data) : undefined;
    if (value === undefined) return false;
    const count = events.length;
    reader.read(value, events);
    template.learn(data, events.slice(count));
    return true;
  }

  const frames = createSseDecoder({
    takeRun(lines, start) {
      const run = template.readRun(lines, start);
      if (run === undefined) return start;
      reader.readLiterals(run.choice, run.literals, events);
      return run.end;
    },
    takeLine: take,
    takeFrame(data) {
      if (!take(data) && data !== '') reader.fail(readBrokenFrame(data), events);
    },
  });

  function run(step: () => void): ConversationEvent[] {
    if (reader.over) return [];
    try {
      step();
    } catch (error) {
      reader.fail(brokenAnswer('The upstream sent an event that does not end.', String(error)), events);
    }
    return events.splice(0);
  }

  return {
    push: (bytes) => run(() => frames.push(bytes)),
    end: () =>
      run(() => {
        frames.end();
        reader.end(events);
      }),
  };
}

function isStructure(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === 0x7b || first === 0x5b;
}

/** A frame that is no JSON: a sentence in place of one is an error in words, anything else is broken. */
function readBrokenFrame(text: string): Failure {
  if (/^\s*[[{]/.test(text)) return brokenAnswer('The upstream sent an event that is broken JSON.', text);
  return readFailureValue(text);
}
