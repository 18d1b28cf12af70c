import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/* Validates the gateway's answers against the schemas of OpenAI's Responses API. */

export type ResponsesSchema =
  | 'ResponseComplete'
  | 'StreamEvent'
  | 'CompactedResponse'
  | 'InputTokensResponse'
  | 'HttpError';

const fixture = new URL('../fixtures/openai-responses-schemas.json', import.meta.url);
const validators = new Map<ResponsesSchema, ValidateFunction>();
let ajv: Ajv2020 | undefined;

/** @throws Error that lists the value's errors */
export function requireResponsesSchema(schema: ResponsesSchema, value: unknown): void {
  const validate = validatorOf(schema);
  if (validate(value)) return;
  const errors = (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
  throw new Error(`not a ${schema}:\n${errors.join('\n')}\n${JSON.stringify(value)}`);
}

function validatorOf(schema: ResponsesSchema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const root: { readonly $id: string } = Object(JSON.parse(readFileSync(fixture, 'utf8')));
  if (ajv === undefined) {
    ajv = new Ajv2020({ strict: false, allErrors: true });
    formats.default(ajv);
    ajv.addSchema(root);
  }
  const validate = ajv.compile({ $ref: `${root.$id}#/$defs/${schema}` });
  validators.set(schema, validate);
  return validate;
}

/** One event of a stream, in JSON. */
export type ResponsesEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

const terminal = ['response.completed', 'response.incomplete', 'response.failed'];

/**
 * Reads a stream strictly: every event has its name and one line of JSON, fits its schema and is numbered; items and
 * their parts are added before they grow and done once; exactly one terminal event comes, then `[DONE]`. Comments are
 * ignored.
 */
export function readResponsesStream(text: string): readonly ResponsesEvent[] {
  const frames = text.split('\n\n').filter((frame) => !frame.startsWith(':'));
  if (frames.pop() !== '') throw new Error('the stream ends within an event');
  if (frames.pop() !== 'data: [DONE]') throw new Error('the stream does not end with [DONE]');
  const events = frames.map(readFrame);
  const types = events.map((event) => event.type);
  require(types[0] === 'response.created' && types[1] === 'response.in_progress', 'it begins once', types);
  require(types.filter((type) => terminal.includes(type)).length === 1, 'one terminal event', types);
  require(terminal.includes(types.at(-1) ?? ''), 'the terminal event is the last', types);
  for (const [index, event] of events.entries())
    require(event.sequence_number === index, 'numbers without gaps', event);
  checkItems(events);
  return events;
}

function readFrame(frame: string): ResponsesEvent {
  const parts = /^event: ([\w.]+)\ndata: ([^\r\n]+)$/.exec(frame);
  if (parts === null) throw new Error(`no event: ${frame}`);
  const value: unknown = JSON.parse(parts[2] ?? '');
  requireResponsesSchema('StreamEvent', value);
  const event = Object(value) as ResponsesEvent;
  require(event.type === parts[1], 'an event is named by its type', event);
  return event;
}

function checkItems(events: readonly ResponsesEvent[]): void {
  const open = new Map<unknown, unknown>();
  const done: unknown[] = [];
  for (const event of events) {
    const item = Object(event.item);
    if (event.type === 'response.output_item.added') {
      require(open.size === 0 && event.output_index === done.length, 'items one after another', event);
      open.set(event.output_index, item.id);
    } else if (event.type === 'response.output_item.done') {
      require(open.get(event.output_index) === item.id, 'an item is done as it was added', event);
      open.delete(event.output_index);
      done.push(event.item);
    } else if (event.item_id !== undefined) {
      require(open.get(event.output_index) === event.item_id, 'only the open item grows', event);
    }
  }
  const last = Object(events.at(-1)?.response);
  if (last.status !== 'failed') {
    require(open.size === 0, 'every item is done', [...open]);
    require(JSON.stringify(last.output) === JSON.stringify(done), 'the output is what was done', last.output);
  }
}

function require(holds: boolean, rule: string, found: unknown): void {
  if (!holds) throw new Error(`${rule}: ${JSON.stringify(found)}`);
}
