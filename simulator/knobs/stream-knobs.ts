import { choice, type Knob, text, whole } from './kinds.ts';

/** Shape of the stream. */
export const streamKnobs = {
  'answer-as': choice('auto', 'json', 'sse'),
  'stream-end': choice('done', 'no-done'),
  'last-chunk': choice('empty', 'text', 'no-choices'),
  filler: choice('none', 'no-choices', 'no-content', 'empty-object'),
  'line-end': choice('lf', 'crlf', 'cr'),
  'event-separator': choice('blank-line', 'single-line'),
  'last-frame': choice('ended', 'unended'),
  comments: choice('off', 'on'),
  'data-lines': choice('one', 'many'),
  'data-space': choice('on', 'off'),
  'event-lines': choice('auto', 'on', 'off'),
  'json-style': choice('compact', 'spaced', 'ascii', 'escaped-keys'),
  'write-size': whole(0),
  compression: choice('none', 'gzip', 'br'),
  'claimed-coding': text(),
  'body-end': choice('auto', 'close'),
  informational: choice('none', 'continue', 'processing', 'early-hints'),
  'content-type': text(),
  pings: choice('first', 'none', 'many'),
  'message-members': choice('full', 'classic'),
  'message-stop': choice('auto', 'plain', 'metrics'),
  'gemini-stream': choice('auto', 'array', 'sse'),
  'bedrock-stream': choice('sse', 'aws'),
} as const satisfies Record<string, Knob>;
