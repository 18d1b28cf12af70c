import type { CacheBreakpoint, Message, Part } from '../../conversation/message.ts';
import type { Tool } from '../../conversation/request.ts';
import { toVendorData, vendorMembersOf } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, readArray, readRecord, readString } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { decodeTool } from './decode-tools.ts';
import { anthropicMessages } from './name.ts';

/*
 * System messages can change a conversation from their place on: which tools there are, how much effort the model makes,
 * and what it is told for one turn only. Claude Code does this. No other API has it and no route accepts it, so the
 * changes are applied to the request. Sources: https://platform.claude.com/docs/build-with-claude/
 * `mid-conversation-system-messages` and `effort-per-message`.
 */

export interface ChangedConversation {
  /** Without the changes, and without messages that had nothing else. */
  readonly messages: readonly Message[];
  /** The index of each message in the given ones. */
  readonly indices: readonly number[];
  /** The tools that the model may call now. */
  readonly tools: readonly Tool[];
  /** The changes of tools, in order. */
  readonly toolChanges: readonly JsonRecord[];
  /** The effort of the answer; undefined if no message sets it. */
  readonly effort: string | undefined;
}

/** @throws Failure `invalid-request` that names the member of a tool that a message defines */
export function applyChanges(messages: readonly Message[], tools: readonly Tool[]): ChangedConversation {
  if (!messages.some(hasChanges)) {
    const indices = messages.map((_, index) => index);
    return { messages, indices, tools, toolChanges: [], effort: undefined };
  }
  const kept: Message[] = [];
  const indices: number[] = [];
  const lastUser = messages.findLastIndex(({ role }) => role === 'user');
  for (const [index, message] of messages.entries()) {
    const { message: unchanged, mark } = withoutChanges(message, index < lastUser);
    const previous = kept.at(-1);
    if (unchanged.parts.length > 0 || message.role !== 'system') {
      kept.push(unchanged);
      indices.push(index);
    } else if (previous !== undefined) {
      kept[kept.length - 1] = { ...previous, parts: withMark(previous.parts, mark) };
    }
  }
  return { messages: kept, indices, ...toolsAfter(messages, tools), effort: effortAfter(messages) };
}

function hasChanges(message: Message): boolean {
  return (
    (message.role === 'system' && (message.vendor !== undefined || message.parts.length === 0)) ||
    message.parts.some((part) => changesIn(part).length > 0)
  );
}

const changeTypes: ReadonlySet<unknown> = new Set(['tool_addition', 'tool_removal']);

/** The changes of tools that a part is or, in a compaction, has. */
function changesIn(part: Part): readonly unknown[] {
  if (part.type === 'vendor') return changeTypes.has(part.value.type) ? [part.value] : [];
  return readArray(vendorMembersOf(part.vendor, anthropicMessages).tool_changes);
}

interface Unchanged {
  readonly message: Message;
  /** The cache mark of parts that were left out, if no other part can have it. */
  readonly mark: CacheBreakpoint | undefined;
}

/** @param isPast a user message follows */
function withoutChanges(message: Message, isPast: boolean): Unchanged {
  if (message.role !== 'system') return { message, mark: undefined };
  const { clear_at: clearAt, output_config: config, ...members } = vendorMembersOf(message.vendor, anthropicMessages);
  const { effort: _effort, ...others } = readRecord(config);
  const isCleared = isPast && clearAt === 'next_user_message';
  const isKept = (part: Part) => !isCleared && changesIn(part).length === 0;
  const parts = message.parts.filter(isKept);
  const mark = message.parts.find((part) => part.cacheBreakpoint !== undefined && !isKept(part))?.cacheBreakpoint;
  const vendor = toVendorData(anthropicMessages, {
    ...members,
    ...(Object.keys(others).length > 0 && { output_config: others }),
  });
  return {
    message: { role: message.role, parts: withMark(parts, mark), ...withoutUndefined({ vendor }) },
    mark: parts.length === 0 ? mark : undefined,
  };
}

/** Marks the last part. */
function withMark(parts: readonly Part[], cacheBreakpoint: CacheBreakpoint | undefined): readonly Part[] {
  const last = parts.at(-1);
  return cacheBreakpoint === undefined || last === undefined
    ? parts
    : [...parts.slice(0, -1), { ...last, cacheBreakpoint }];
}

function toolsAfter(
  messages: readonly Message[],
  given: readonly Tool[],
): Pick<ChangedConversation, 'tools' | 'toolChanges'> {
  /** The tools that changes define, by name, in the order of their last definitions. */
  const defined = new Map<string, Tool>();
  const removed = new Set<string>();
  const toolChanges: JsonRecord[] = [];
  const apply = (change: JsonRecord, path: string) => {
    const { type, name, definition } = readRecord(change.tool);
    if (type === 'tool_definition') {
      const tool = decodeTool(definition, `${path}.tool.definition`);
      defined.delete(tool.name);
      defined.set(tool.name, tool);
      removed.delete(tool.name);
    } else if (type === 'tool_reference' && typeof name === 'string') {
      if (change.type === 'tool_removal') removed.add(name);
      else removed.delete(name);
    }
    toolChanges.push({ type: change.type, tool: change.tool });
  };
  for (const [index, { parts }] of messages.entries()) {
    for (const [place, part] of parts.entries()) {
      for (const change of changesIn(part)) if (isRecord(change)) apply(change, `messages[${index}].content[${place}]`);
    }
  }
  const tools = [...given.filter(({ name }) => !defined.has(name)), ...defined.values()];
  return { tools: tools.filter(({ name }) => !removed.has(name)), toolChanges };
}

/**
 * Directly after a user's input, an effort concerns its answer, elsewhere the answer to the next input. It stays until
 * another one is set. Tool results do not count as input.
 */
function effortAfter(messages: readonly Message[]): string | undefined {
  let effort: string | undefined;
  let next: string | undefined;
  let followsInput = false;
  for (const { role, parts, vendor } of messages) {
    if (role === 'system') {
      next = readString(readRecord(vendorMembersOf(vendor, anthropicMessages).output_config).effort) ?? next;
    } else followsInput = role === 'user' && parts.some((part) => part.type !== 'tool-result');
    if (followsInput) {
      effort = next ?? effort;
      next = undefined;
    }
  }
  return effort;
}
