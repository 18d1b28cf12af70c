import { choice, type Knob, text, whole } from './kinds.ts';

/** Shape of the unified answer. */
export const unifiedKnobs = {
  finish: text('native'),
  'chunk-key': choice('message', 'delta'),
  content: choice('array', 'string', 'null', 'absent', 'empty'),
  'content-parts': whole(1, 1, 100),
  'content-depth': whole(0, 0, 2_000),
  role: choice('first', 'all', 'none'),
  'envelope-fields': choice('full', 'minimal'),
  usage: choice('last', 'every', 'trailing', 'response-payload', 'none', 'zeros'),
  'reasoning-usage': choice('inside', 'beside'),
  'usage-names': choice('auto', 'input-output', 'prompt-completion'),
  'tool-stream': choice('whole', 'fragments'),
  'tool-fragment-size': whole(8, 1),
  'tool-arguments': choice('string', 'object', 'null', 'absent', 'empty'),
  'tool-id': choice('present', 'missing', 'duplicate'),
  'tool-index': choice('present', 'missing'),
} as const satisfies Record<string, Knob>;
