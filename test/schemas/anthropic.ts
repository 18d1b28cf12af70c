import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/* Validates the gateway's answers against the schemas of Anthropic's Messages API. */

export type AnthropicSchema =
  | 'CreateMessageRequest'
  | 'MessageComplete'
  | 'StreamEvent'
  | 'CountTokensResponse'
  | 'ModelInfo'
  | 'ModelList'
  | 'ErrorResponse'
  | 'HttpError'
  | 'ThreadUnsupportedError';

const fixture = new URL('../fixtures/anthropic-schemas.json', import.meta.url);
const validators = new Map<AnthropicSchema, ValidateFunction>();
let ajv: Ajv2020 | undefined;

/** The errors of a value according to one of the schemas; empty if it is valid. */
export function findAnthropicErrors(schema: AnthropicSchema, value: unknown): string[] {
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
}

/** @throws Error that lists the value's errors */
export function requireAnthropicSchema(schema: AnthropicSchema, value: unknown): void {
  const errors = findAnthropicErrors(schema, value);
  if (errors.length > 0) throw new Error(`not a ${schema}:\n${errors.join('\n')}\n${JSON.stringify(value)}`);
}

function validatorOf(schema: AnthropicSchema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  if (ajv === undefined) {
    ajv = new Ajv2020({ strict: false, allErrors: true });
    formats.default(ajv);
    ajv.addSchema(Object(JSON.parse(readFileSync(fixture, 'utf8'))));
  }
  const validate = ajv.compile({ $ref: `anthropic-schemas.json#/$defs/${schema}` });
  validators.set(schema, validate);
  return validate;
}

/** One event of a stream, in JSON. */
export type StreamedEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

/**
 * Reads a stream strictly: every event has its name and one line of JSON, and fits its schema; blocks come one after another
 * with numbers from 0, between one start and one end of the message, or before an error.
 */
export function readAnthropicStream(text: string): readonly StreamedEvent[] {
  const frames = text.split('\n\n');
  if (frames.pop() !== '') throw new Error('the stream ends within an event');
  const events = frames.map(readFrame);
  checkOrder(events.filter((event) => event.type !== 'ping'));
  return events;
}

function readFrame(frame: string): StreamedEvent {
  const parts = /^event: (\w+)\ndata: ([^\r\n]+)$/.exec(frame);
  if (parts === null) throw new Error(`no event: ${frame}`);
  const value: unknown = JSON.parse(parts[2] ?? '');
  requireAnthropicSchema('StreamEvent', value);
  const event = Object(value) as StreamedEvent;
  if (event.type !== parts[1]) throw new Error(`an event ${event.type} is named ${parts[1]}`);
  return event;
}

function checkOrder(events: readonly StreamedEvent[]): void {
  const types = events.map((event) => event.type);
  const failed = types.at(-1) === 'error';
  const whole = failed ? types.slice(0, -1) : types;
  if (whole.length === 0 && failed) return;
  require(whole[0] === 'message_start' && whole.lastIndexOf('message_start') === 0, 'it begins once', types);
  if (!failed) require(types.slice(-2).join() === 'message_delta,message_stop', 'it ends with its reason', types);
  let blocks = 0;
  let open = false;
  for (const event of failed ? events.slice(0, -1) : events) {
    if (event.type === 'content_block_start') {
      require(!open && event.index === blocks, 'a block starts when no other is open', event);
      open = true;
    } else if (event.type === 'content_block_delta') {
      require(open && event.index === blocks, 'a block grows while it is open', event);
    } else if (event.type === 'content_block_stop') {
      require(open && event.index === blocks, 'a block stops once', event);
      open = false;
      blocks += 1;
    } else require(!open, 'no block is open', event);
  }
}

function require(holds: boolean, rule: string, found: unknown): void {
  if (!holds) throw new Error(`${rule}: ${JSON.stringify(found)}`);
}
