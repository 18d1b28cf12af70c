import { choice, type Knob, text, whole } from './kinds.ts';

/** What the answer says. */
export const answerKnobs = {
  text: text(),
  words: choice('auto', 'none'),
  chunks: whole(0),
  'chunk-size': whole(0),
  'tool-calls': choice('auto', 'never', 'always'),
  'tool-call-count': whole(1, 1, 100_000),
  'tool-name': text(),
  'tool-arguments-text': text(),
  refusal: text(),
  'block-reason': text(),
  reasoning: choice('auto', 'none', 'reasoning_content', 'reasoning', 'thinking'),
  'reasoning-text': text('The simulator thinks about the question.'),
  'reasoning-form': choice('auto', 'shown', 'omitted', 'redacted', 'mixed'),
  'reasoning-place': choice('first', 'interleaved'),
  'signature-place': choice('joined', 'apart'),
  'proof-padding': whole(0, 0, 1_000_000),
  'response-format': choice('honour', 'ignore', 'reject', 'fenced'),
  'answer-model': text('same'),
  'input-tokens': whole(0),
  'output-tokens': whole(0),
  'cached-tokens': whole(0),
} as const satisfies Record<string, Knob>;
