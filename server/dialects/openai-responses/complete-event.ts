import { isRecord, type JsonRecord, readArray } from '../../lib/json.ts';
import { mapSame } from '../../lib/map-same.ts';

/** Events within an item: its beginning and end, its parts, texts, arguments and progress. */
const withinItem = /^response\.\w+\./;
const withContent = /^response\.(?:content_part|output_text|refusal|reasoning_text)\./;
const withSummary = /^response\.reasoning_summary_\w+\./;

export function isWithinItem({ type }: JsonRecord): boolean {
  return typeof type === 'string' && withinItem.test(type);
}

/**
 * Adds members that servers which imitate OpenAI leave out of events within an item, and on which OpenAI's SDKs rely.
 *
 * @returns the same event if it lacks none
 */
export function completeEvent(event: JsonRecord): JsonRecord {
  const type = String(event.type);
  const isText = type === 'response.output_text.delta' || type === 'response.output_text.done';
  const defaults = {
    ...(withContent.test(type) && { content_index: 0 }),
    ...(withSummary.test(type) && { summary_index: 0 }),
    ...(isText && { logprobs: [] }),
  };
  const whole = withDefaults(event, defaults);
  const { item, part } = whole;
  const inner = {
    ...(isRecord(item) && { item: completeMembers(item) }),
    ...(isRecord(part) && { part: completePart(part, withSummary.test(type)) }),
  };
  const isSame = Object.entries(inner).every(([name, value]) => whole[name] === value);
  return isSame ? whole : { ...whole, ...inner };
}

const itemDefaults: ReadonlyMap<unknown, JsonRecord> = new Map<unknown, JsonRecord>([
  ['message', { role: 'assistant', content: [] }],
  ['reasoning', { summary: [] }],
  ['function_call', { arguments: '' }],
  ['custom_tool_call', { input: '' }],
]);

/** Adds the members that every item of its type has. @returns the same item if it lacks none */
export function completeMembers(item: JsonRecord): JsonRecord {
  const whole = withDefaults(item, itemDefaults.get(item.type) ?? {});
  const list = whole.type === 'message' ? 'content' : 'summary';
  const parts = readArray(whole[list]);
  const completed = mapSame(parts, (part) => (isRecord(part) ? completePart(part, list === 'summary') : part));
  return completed === parts ? whole : { ...whole, [list]: completed };
}

/** The members with an item's content. */
const contentMembers = ['name', 'content', 'arguments', 'input', 'summary'] as const;

/** Fills empty members from what is known of the item. @returns the same item if there is nothing to fill */
export function fillMembers(item: JsonRecord, known: JsonRecord): JsonRecord {
  const missing = contentMembers.filter((name) => isEmpty(item[name]) && !isEmpty(known[name]));
  if (missing.length === 0) return item;
  return { ...item, ...Object.fromEntries(missing.map((name) => [name, known[name]])) };
}

function isEmpty(value: unknown): boolean {
  return isMissing(value) || value === '' || (Array.isArray(value) && value.length === 0);
}

function completePart(part: JsonRecord, isSummary: boolean): JsonRecord {
  if (isSummary) return withDefaults(part, { type: 'summary_text', text: '' });
  const type = part.type ?? (isMissing(part.refusal) ? 'output_text' : 'refusal');
  if (type === 'refusal') return withDefaults(part, { type, refusal: '' });
  return type === 'output_text' ? withDefaults(part, { type, text: '', annotations: [], logprobs: [] }) : part;
}

/** @returns the same object if it has all these members */
function withDefaults(given: JsonRecord, defaults: JsonRecord): JsonRecord {
  const missing = Object.entries(defaults).filter(([name]) => isMissing(given[name]));
  return missing.length === 0 ? given : { ...given, ...Object.fromEntries(missing) };
}

/** Some servers write null for what they do not know. */
function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}
