/** A knob that takes one of a closed list of words. */
type ChoiceKnob<Value extends string> = {
  readonly kind: 'choice';
  readonly values: readonly Value[];
  readonly initial: Value;
};

/** A knob that takes a number within bounds; `whole` ones refuse fractions. */
type NumberKnob = {
  readonly kind: 'number';
  readonly minimum: number;
  readonly maximum: number;
  readonly whole: boolean;
  readonly initial: number;
};

/** A knob that takes a count or one of a closed list of words. */
type CountOrChoiceKnob<Value extends string> = {
  readonly kind: 'count-or-choice';
  readonly values: readonly Value[];
  readonly initial: Value | number;
};

/** A knob that takes any text. */
type TextKnob = { readonly kind: 'text'; readonly initial: string };

export type Knob = ChoiceKnob<string> | NumberKnob | CountOrChoiceKnob<string> | TextKnob;

/** The type of the value that a knob holds. */
export type KnobValue<Declared extends Knob> =
  Declared extends ChoiceKnob<infer Value>
    ? Value
    : Declared extends NumberKnob
      ? number
      : Declared extends CountOrChoiceKnob<infer Value>
        ? Value | number
        : string;

const MAXIMUM_COUNT = 1_000_000_000;

/** The first word is the initial value. */
function choice<const Values extends readonly [string, ...string[]]>(...values: Values): ChoiceKnob<Values[number]> {
  return { kind: 'choice', values, initial: values[0] };
}

function whole(initial: number, minimum = 0, maximum = MAXIMUM_COUNT): NumberKnob {
  return { kind: 'number', minimum, maximum, whole: true, initial };
}

function decimal(initial: number, minimum = 0, maximum = MAXIMUM_COUNT): NumberKnob {
  return { kind: 'number', minimum, maximum, whole: false, initial };
}

function countOr<const Values extends readonly string[]>(
  initial: Values[number] | number,
  ...values: Values
): CountOrChoiceKnob<Values[number]> {
  return { kind: 'count-or-choice', values, initial };
}

function text(initial = ''): TextKnob {
  return { kind: 'text', initial };
}

/** The shapes that an error body can take; the README shows each. */
export const errorFamilies = [
  'message',
  'error-message',
  'upstream',
  'openai',
  'anthropic',
  'google',
  'text',
  'html',
  'balance',
  'blocked',
  'usage-resets',
  'concurrency',
  'empty',
  'broken-json',
] as const;

/** Every knob there is, with its allowed and its initial value. The README says what each one does. */
export const knobs = {
  // What the answer says
  text: text(),
  chunks: whole(0),
  'chunk-size': whole(0),
  'tool-calls': choice('auto', 'never', 'always'),
  'tool-call-count': whole(1, 1, 100),
  reasoning: choice('none', 'reasoning_content', 'reasoning', 'thinking'),
  'reasoning-text': text('The simulator thinks about the question.'),
  'response-format': choice('honour', 'ignore', 'reject'),
  'answer-model': text('same'),
  'input-tokens': whole(0),
  'output-tokens': whole(0),
  'cached-tokens': whole(0),

  // Shape of the unified answer
  finish: text('native'),
  'chunk-key': choice('message', 'delta'),
  content: choice('array', 'string', 'null', 'absent', 'empty'),
  'content-parts': whole(1, 1, 100),
  role: choice('first', 'all', 'none'),
  'envelope-fields': choice('full', 'minimal'),
  usage: choice('last', 'every', 'trailing', 'response-payload', 'none'),
  'usage-names': choice('auto', 'input-output', 'prompt-completion'),
  'tool-stream': choice('whole', 'fragments'),
  'tool-fragment-size': whole(8, 1),
  'tool-arguments': choice('string', 'object', 'null', 'absent', 'empty'),
  'tool-id': choice('present', 'missing', 'duplicate'),
  'tool-index': choice('present', 'missing'),

  // Shape of the stream
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
  'content-type': text(),
  'bedrock-stream': choice('sse', 'aws'),

  // Faults of the connection and inside a stream
  cut: choice('none', 'end', 'fin', 'reset'),
  'cut-at': countOr(1, 'before-headers', 'after-headers', 'after-done'),
  'cut-delay': whole(10),
  'stream-error': choice('none', ...errorFamilies),
  'stream-error-at': whole(1),
  'stream-error-status': whole(500, 400, 599),

  // Refusals
  status: whole(200, 200, 599),
  'error-body': choice('auto', ...errorFamilies),
  'error-message': text(),
  'error-code': text(),
  'retry-after': decimal(0),
  'retry-after-in': choice('auto', 'header', 'date', 'body', 'header-and-body'),
  'fail-rate': decimal(1, 0, 1),
  'fail-first': whole(0),
  'fail-for': decimal(0),

  // What a request may hold
  'unknown-model': choice('400', '404', 'accept'),
  'denied-models': text(),
  'overflow-bytes': whole(0),
  'overflow-status': choice('400', '413'),
  parameters: choice('honour', 'ignore', 'reject'),
  'reject-parameters': text(),
  images: choice('accept', 'reject', 'image_url-only', 'image-only'),
  'cloud-id': choice('optional', 'required'),
  strict: choice('auto', 'off', 'vendor'),

  // Time
  'first-byte': whole(0),
  'first-chunk': whole(0),
  pace: whole(0),
  hang: choice('none', 'before-headers', 'after-headers'),
  silence: countOr(0, 'forever'),
  'silence-at': whole(1),

  // Account: limits, credits, sites
  concurrency: whole(0),
  quota: whole(0),
  'quota-window': decimal(86_400),
  'credit-cost': decimal(1),
  'monthly-credits': whole(0),
  'exhausted-for': decimal(0),
  credits: choice(
    'auto',
    'daily',
    'monthly',
    'empty',
    'blocked',
    'rate-limited',
    'unknown',
    'unauthorized',
    'unavailable',
    'hang',
  ),
  sites: choice('one', 'two', 'inactive', 'empty', 'unauthorized', 'unavailable', 'hang'),
} as const satisfies Record<string, Knob>;

export type KnobName = keyof typeof knobs;
