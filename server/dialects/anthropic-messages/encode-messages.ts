import { Failure } from '../../conversation/failure.ts';
import type { Message, Part } from '../../conversation/message.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { isBlank, trimBlankEnd } from '../../lib/blank.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { ClaudeTraits } from './claude-models.ts';
import { noteTrimmed } from './claude-words.ts';
import { type Block, encodePart, type PartContext } from './encode-part.ts';
import { anthropicMessages } from './name.ts';

/** A turn on its way out. */
export interface WireMessage {
  readonly role: 'user' | 'assistant';
  content: Block[];
  /** Members that only this API knows. */
  readonly members: JsonRecord;
}

export interface EncodedHistory {
  /** Text blocks. */
  readonly system: Block[];
  /** At least one; the first is the user's, and roles take turns. */
  readonly messages: WireMessage[];
}

/**
 * The history as Claude takes it: what the system and the developer said goes before it, neighbours of one role are one
 * turn, results stand at the beginning of their turn, blank texts go, and the last words of the assistant end in no blank.
 *
 * @throws Failure `invalid-request` for media that cannot be sent, and when nothing is left to answer
 */
export function encodeHistory(
  messages: readonly Message[],
  traits: Pick<ClaudeTraits, 'prefill'>,
  context: PartContext,
): EncodedHistory {
  const system: Block[] = [];
  const turns: WireMessage[] = [];
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    const blocks = encodeParts(message.parts, `${path}.content`, context);
    if (message.name !== undefined) context.notes.dropped(`${path}.name`, 'Claude knows no names of participants.');
    if (message.role === 'system' || message.role === 'developer') {
      system.push(...blocks.filter(isText));
      const others = blocks.filter((block) => !isText(block));
      addTurn(turns, { role: 'user', content: others, members: {} });
    } else {
      const { role } = message;
      if (blocks.length === 0 && role === 'user' && index === messages.length - 1) throw nothingToAnswer(index);
      addTurn(turns, { role, content: blocks, members: vendorMembersOf(message.vendor, anthropicMessages) });
    }
  }
  closeTurn(turns);
  finishTurns(turns, system, traits, context.notes);
  return { system, messages: turns };
}

function encodeParts(parts: readonly Part[], path: string, context: PartContext): Block[] {
  const blocks: Block[] = [];
  for (const [index, part] of parts.entries()) {
    const block = encodePart(part, `${path}[${index}]`, context);
    if (block === undefined) continue;
    if (isText(block) && isBlank(textOf(block))) addBlank(blocks, block);
    else blocks.push(block);
  }
  return blocks;
}

/** Claude refuses a blank text: it joins the text before it, or goes, and leaves its mark for the cache behind. */
function addBlank(blocks: Block[], blank: Block): void {
  const previous = blocks.at(-1);
  if (previous === undefined) return;
  if (isText(previous)) previous.text = textOf(previous) + textOf(blank);
  if (blank.cache_control !== undefined && isSaid(previous)) previous.cache_control = blank.cache_control;
}

/** True for all but thinking, which takes no mark for the cache and ends no turn. */
export function isSaid(block: Block): boolean {
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

/** Claude's own turns end with their calls. Where its vendor's tools ran within a turn, the order says what came of what. */
function callsLast(blocks: Block[]): Block[] {
  if (blocks.some((block) => block.type === 'server_tool_use' || block.type === 'mcp_tool_use')) return blocks;
  return moveToEnd(blocks, (block) => block.type === 'tool_use');
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

/** Orders a turn once all of it is there. Claude refuses an assistant turn that ends in thinking, as a limit may leave it. */
function closeTurn(turns: WireMessage[]): void {
  const last = turns.at(-1);
  if (last === undefined) return;
  last.content = last.role === 'user' ? resultsFirst(last.content) : callsLast(last.content);
  if (last.role === 'user') return;
  const end = last.content.findLastIndex(isSaid) + 1;
  if (end === 0) turns.pop();
  else last.content.length = end;
}

/** What Claude wants of the first and the last turn. */
function finishTurns(
  turns: WireMessage[],
  system: Block[],
  traits: Pick<ClaudeTraits, 'prefill'>,
  notes: TranslationLog,
): void {
  trimLastWords(turns, notes);
  if (turns.length === 0) {
    if (system.length === 0) throw nothingToAnswer(0);
    notes.changed('messages', 'A conversation of instructions only was sent as the words of the user.');
    turns.push({ role: 'user', content: system.splice(0), members: {} });
  }
  if (turns[0]?.role === 'assistant') {
    notes.changed('messages', 'Claude needs a user message first: one was put before the assistant message.');
    turns.unshift(toUserTurn(openingWords));
  }
  if (turns.at(-1)?.role === 'assistant' && !traits.prefill) {
    notes.changed('messages', 'This model does not go on with words of the assistant: it was asked to in a message.');
    turns.push(toUserTurn(continuingWords));
  }
}

function toUserTurn(text: string): WireMessage {
  return { role: 'user', content: [{ type: 'text', text }], members: {} };
}

const openingWords = '(The assistant begins the conversation.)';
const continuingWords = 'Go on exactly where you stopped, without repeating anything.';

/** Claude refuses a final text of the assistant that ends in a blank, and it cannot answer its own blank words. */
function trimLastWords(turns: WireMessage[], notes: TranslationLog): void {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  if (last?.role !== 'assistant' || block === undefined || !isText(block)) return;
  const trimmed = trimBlankEnd(textOf(block));
  if (trimmed === block.text) return;
  block.text = trimmed;
  noteTrimmed(notes);
}

/** Without the user's last words, Claude would go on with its own. */
function nothingToAnswer(index: number): Failure {
  const parameter = `messages[${index}].content`;
  return new Failure('invalid-request', `Invalid '${parameter}': there is nothing in it that Claude could answer.`, {
    reason: 'unsupported-value',
    parameter,
    fault: 'request',
  });
}
