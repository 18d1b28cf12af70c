import { Failure } from '../../conversation/failure.ts';
import { moveGeneratedImages } from '../../conversation/generated-image.ts';
import { toReminder } from '../../conversation/later-instructions.ts';
import type { Message, Part, VendorPart } from '../../conversation/message.ts';
import { placeOf } from '../../conversation/part-places.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { isBlank, trimBlankEnd } from '../../lib/blank.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { pushAll } from '../../lib/push-all.ts';
import type { ClaudeTraits } from './claude-models.ts';
import { noteTrimmed } from './claude-rules.ts';
import { type Block, encodePart, isRefusedType, noteRefusedType, type PartContext } from './encode-part.ts';
import { anthropicMessages } from './name.ts';

/** A turn in wire format. */
export interface WireMessage {
  readonly role: 'user' | 'assistant';
  content: Block[];
  /** Members that only this API has. */
  readonly members: JsonRecord;
}

export interface EncodedHistory {
  /** Text blocks. */
  readonly system: Block[];
  /** At least one. The first is a user message, and the roles alternate. */
  readonly messages: WireMessage[];
}

/**
 * Encodes the history in a form that Claude accepts: system and developer messages before the first answer become the
 * system prompt, later ones reminders in user messages. Consecutive messages with the same role are joined, tool results
 * are moved to the beginning of their turn, blank texts are removed, and the last assistant text does not end with white
 * space.
 *
 * @throws Failure `invalid-request` for media that cannot be sent, and if the last user message is empty
 */
export function encodeHistory(
  messages: readonly Message[],
  traits: Pick<ClaudeTraits, 'prefill'>,
  context: PartContext,
): EncodedHistory {
  const system: Block[] = [];
  const turns: WireMessage[] = [];
  for (const [index, message] of moveGeneratedImages(messages, context.notes).entries()) {
    const path = `messages[${index}]`;
    const blocks = encodeParts(message.parts, `${path}.content`, context);
    if (message.name !== undefined)
      context.notes.dropped(`${path}.name`, 'Claude does not support names of participants.');
    const { role } = message;
    if (role === 'system' || role === 'developer') {
      const isLater = turns.some((turn) => turn.role === 'assistant');
      const content = isLater ? blocks.map(asReminder) : blocks.filter((block) => !isText(block));
      if (!isLater) pushAll(system, withoutMarks(blocks.filter(isText), turns));
      addTurn(turns, { role: 'user', content, members: {} });
    } else {
      if (blocks.length === 0 && role === 'user' && index === messages.length - 1)
        throw nothingToAnswer(message, index);
      addTurn(turns, { role, content: blocks, members: vendorMembersOf(message.vendor, anthropicMessages) });
    }
  }
  closeTurn(turns);
  finishTurns(turns, system, traits, context.notes);
  return { system, messages: turns };
}

function asReminder(block: Block): Block {
  return isText(block) ? { ...block, text: toReminder(textOf(block)) } : block;
}

function encodeParts(parts: readonly Part[], path: string, context: PartContext): Block[] {
  const blocks: Block[] = [];
  const refusedIds = refusedIdsIn(parts, context);
  for (const [index, part] of parts.entries()) {
    if (part.type === 'vendor' && refusedIds.has(callIdOf(part))) {
      noteRefusedType(part, `${path}[${index}]`, context.notes);
      passMark(blocks, part);
      continue;
    }
    const block = encodePart(part, `${path}[${index}]`, context);
    if (block !== undefined && isText(block) && isBlank(textOf(block))) joinBlank(blocks, block);
    else if (block !== undefined) blocks.push(block);
    if (block === undefined || block !== blocks.at(-1) || !isNotThinking(block)) passMark(blocks, part);
  }
  return blocks;
}

/**
 * Instructions that become part of the system prompt, although they come after a user's message, leave their cache mark
 * there: it asks to cache that message as well.
 */
function withoutMarks(instructions: readonly Block[], turns: readonly WireMessage[]): readonly Block[] {
  const last = turns.at(-1)?.content.at(-1);
  if (last === undefined || !instructions.some(({ cache_control: mark }) => mark !== undefined)) return instructions;
  last.cache_control = { type: 'ephemeral' };
  return instructions.map(({ cache_control: _mark, ...block }) => block);
}

/** Moves the cache mark of a part that cannot have it to the block before it. */
function passMark(blocks: readonly Block[], part: Part): void {
  const previous = blocks.findLast(isNotThinking);
  if (part.cacheBreakpoint !== undefined && previous !== undefined) previous.cache_control = { type: 'ephemeral' };
}

/** The ids of the vendor's own calls that the route rejects, or whose results it rejects: they go in pairs. */
function refusedIdsIn(parts: readonly Part[], context: PartContext): ReadonlySet<unknown> {
  const ids = new Set<unknown>();
  for (const part of parts) {
    if (part.type !== 'vendor' || part.dialect !== anthropicMessages) continue;
    const id = callIdOf(part);
    if (id !== undefined && isRefusedType(part.value.type, context)) ids.add(id);
  }
  return ids;
}

function callIdOf({ value }: VendorPart): unknown {
  return value.tool_use_id ?? value.id;
}

/** Joins a blank text, which Claude rejects, to the previous text, or drops it. */
function joinBlank(blocks: readonly Block[], blank: Block): void {
  const previous = blocks.at(-1);
  if (previous !== undefined && isText(previous)) previous.text = textOf(previous) + textOf(blank);
}

/** Thinking cannot have a cache mark and cannot end a turn. */
export function isNotThinking(block: Block): boolean {
  return block.type !== 'thinking' && block.type !== 'redacted_thinking';
}

function isText(block: Block): boolean {
  return block.type === 'text';
}

function textOf(block: Block): string {
  return typeof block.text === 'string' ? block.text : '';
}

function resultsFirst(blocks: Block[]): Block[] {
  return moveToEnd(blocks, (block) => block.type !== 'tool_result');
}

/**
 * Claude's turns end with their calls. A turn with the vendor's own tools, or with thinking between its calls, is kept
 * in order: Claude rejects signed thinking that is not where it was.
 */
function callsLast(blocks: Block[]): Block[] {
  if (blocks.some((block) => block.type === 'server_tool_use' || block.type === 'mcp_tool_use')) return blocks;
  const first = Math.max(0, blocks.findIndex(isCall));
  if (!blocks.slice(first, blocks.findLastIndex(isCall)).every(isNotThinking)) return blocks;
  return moveToEnd(blocks, isCall);
}

function isCall(block: Block): boolean {
  return block.type === 'tool_use';
}

function moveToEnd(blocks: Block[], isLast: (block: Block) => boolean): Block[] {
  const first = blocks.findIndex(isLast);
  if (first === -1 || blocks.slice(first).every(isLast)) return blocks;
  return [...blocks.filter((block) => !isLast(block)), ...blocks.filter(isLast)];
}

function addTurn(turns: WireMessage[], turn: WireMessage): void {
  if (turn.content.length === 0) return;
  if (turns.at(-1)?.role !== turn.role) closeTurn(turns);
  const last = turns.at(-1);
  if (last?.role !== turn.role) turns.push(turn);
  else for (const block of turn.content) last.content.push(block);
}

/**
 * Orders a turn once it is complete, and removes thinking at the end of an assistant turn, which Claude rejects. A
 * token limit can cause it.
 */
function closeTurn(turns: WireMessage[]): void {
  const last = turns.at(-1);
  if (last === undefined) return;
  last.content = last.role === 'user' ? resultsFirst(last.content) : callsLast(last.content);
  if (last.role === 'user') return;
  const end = last.content.findLastIndex(isNotThinking) + 1;
  if (end === 0) turns.pop();
  else last.content.length = end;
}

/** Applies Claude's rules for the first and the last turn. */
function finishTurns(
  turns: WireMessage[],
  system: Block[],
  traits: Pick<ClaudeTraits, 'prefill'>,
  notes: TranslationLog,
): void {
  trimLastText(turns, notes);
  if (turns.length === 0) {
    if (system.length === 0) throw nothingToAnswer(undefined, 0);
    notes.changed('messages', 'The conversation has only instructions, which were sent as a user message.');
    turns.push({ role: 'user', content: system.splice(0), members: {} });
  }
  if (turns[0]?.role === 'assistant') {
    notes.changed('messages', 'Claude requires a user message first; one was inserted before the assistant message.');
    turns.unshift(toUserTurn(openingPrompt));
  }
  if (turns.at(-1)?.role === 'assistant' && !traits.prefill) {
    notes.changed('messages', 'This model does not support prefill; a user message asks it to continue.');
    turns.push(toUserTurn(continuationPrompt));
  }
}

function toUserTurn(text: string): WireMessage {
  return { role: 'user', content: [{ type: 'text', text }], members: {} };
}

const openingPrompt = '(The assistant begins the conversation.)';
const continuationPrompt = 'Continue exactly where you stopped, without repeating anything.';

/** Claude rejects a last assistant text that ends with white space. */
function trimLastText(turns: WireMessage[], notes: TranslationLog): void {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  if (last?.role !== 'assistant' || block === undefined || !isText(block)) return;
  const trimmed = trimBlankEnd(textOf(block));
  if (trimmed === block.text) return;
  block.text = trimmed;
  noteTrimmed(notes);
}

/** An empty last user message cannot be dropped, because Claude would continue its own last message instead. */
function nothingToAnswer(message: Message | undefined, index: number): Failure {
  const last = message?.parts.at(-1);
  const path = `messages[${index}].content`;
  const parameter = last === undefined ? path : placeOf(last, path);
  return new Failure('invalid-request', `Invalid '${parameter}': it has no content that Claude could answer.`, {
    reason: 'unsupported-value',
    parameter,
    fault: 'request',
  });
}
