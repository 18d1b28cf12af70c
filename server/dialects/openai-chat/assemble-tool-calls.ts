import type { BlockLanes, Lane } from '../../conversation/block-lanes.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { UniqueIds } from '../../conversation/unique-ids.ts';
import { parseJson } from '../../lib/json.ts';
import { customInput } from '../openai/custom-input.ts';

/** One entry of `tool_calls`: a complete call or a fragment of one. */
export interface ToolCallFragment {
  /** The upstream's index of the call; often missing. */
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** JSON text or a piece of it, a parsed value (Claude), null or undefined. */
  readonly arguments: unknown;
  /** A piece of the free text of a custom tool's call. Absent for functions. */
  readonly input?: string;
}

interface Call {
  /** The call's block; undefined until it has started. */
  lane: Lane | undefined;
  readonly upstreamIndex: number | undefined;
  /** The number of the chunk in which the call started. */
  readonly chunk: number;
  upstreamId: string | undefined;
  name: string | undefined;
  /** The argument text so far. */
  text: string;
  /** The part of `text` that was not sent yet. A slice of `text` would copy it each time. */
  unsent: string;
  hasSent: boolean;
  /** Arguments sent as a value. They are emitted at the end, because text may still follow an empty value. */
  value: object | undefined;
  /** True for a custom tool. Its text becomes the only argument, which is complete when the call ends. */
  takesText: boolean;
  closed: boolean;
}

/** Empty arguments. They may be a placeholder for the real ones, so they are buffered until the end. */
const placeholder = /^\s*(?:(?:\{\s*\}|null)\s*)?$/;
/** In characters. Matching a longer text again with each new piece would take quadratic time. */
const maxPlaceholderLength = 64;
const isPlaceholder = (text: string) => text.length <= maxPlaceholderLength && placeholder.test(text);

/**
 * Assembles the tool calls of one choice from fragments, and emits them as blocks. Calls are distinguished by index, by
 * id, by both or by neither. Fragments are increments; a complete call that is repeated is the same call. Arguments are
 * passed on as the model wrote them, complete or not.
 */
export class ToolCallAssembler {
  readonly #lanes: BlockLanes;
  readonly #ids: UniqueIds;
  readonly #calls: Call[] = [];
  /** How many calls at the beginning of `#calls` are closed. */
  #done = 0;
  #last: Call | undefined;
  readonly #lastByIndex = new Map<number, Call>();
  /** The first call with an id, and the first one with an index and id. */
  readonly #byId = new Map<string, Call>();
  #chunks = 0;
  #started = 0;

  /**
   * @param lanes the lanes of the choice
   * @param ids of the calls in all choices of the answer
   */
  constructor(lanes: BlockLanes, ids: UniqueIds) {
    this.#lanes = lanes;
    this.#ids = ids;
  }

  /** True once a call was emitted. */
  get hasCalls(): boolean {
    return this.#started > 0;
  }

  /** @param fragments the fragments of one chunk */
  assembleFragments(fragments: readonly ToolCallFragment[], events: ConversationEvent[]): void {
    this.#chunks += 1;
    for (const fragment of fragments) this.#takeOne(fragment, events);
  }

  /** Closes calls with complete arguments, up to the first incomplete one. Called when another block starts. */
  closeWhole(events: ConversationEvent[]): void {
    for (let call = this.#calls[this.#done]; call !== undefined && isWhole(call); call = this.#calls[this.#done]) {
      this.#close(call, events);
      this.#done += 1;
    }
  }

  #takeOne(fragment: ToolCallFragment, events: ConversationEvent[]): void {
    const known = this.#findCall(fragment, this.#chunks);
    const call = known ?? this.#add(fragment, this.#chunks, events);
    if (call.upstreamId === undefined && fragment.id !== undefined) this.#identify(call, fragment.id);
    call.name ??= fragment.name;
    if (fragment.input !== undefined) appendInput(call, fragment.input);
    else if (typeof fragment.arguments === 'string') appendArguments(call, fragment.arguments);
    else if (typeof fragment.arguments === 'object') call.value = fragment.arguments ?? call.value;
    this.#start(call, events);
    if (!isPlaceholder(call.text)) this.#send(call, events);
  }

  /** True if the arguments of the last call are incomplete. */
  get isTruncated(): boolean {
    const last = this.#last;
    return last !== undefined && last.value === undefined && !isPlaceholder(last.text) && !isWhole(last);
  }

  /**
   * Ends every call.
   * @returns false if a call has arguments but no name
   */
  end(events: ConversationEvent[]): boolean {
    for (const call of this.#calls) {
      if (call.lane !== undefined) this.#close(call, events);
      else if (call.text.trim() !== '' || call.value !== undefined) return false;
    }
    return true;
  }

  #close(call: Call, events: ConversationEvent[]): void {
    if (call.closed || call.lane === undefined) return;
    call.closed = true;
    if (call.takesText) append(call, customInput.close);
    if (!call.hasSent && isPlaceholder(call.text)) {
      call.text = call.value === undefined ? '{}' : JSON.stringify(call.value);
      call.unsent = call.text;
    }
    this.#send(call, events);
    this.#lanes.close(call.lane, {}, events);
  }

  #findCall(fragment: ToolCallFragment, chunk: number): Call | undefined {
    const { index, id, name } = fragment;
    const known = id === undefined ? undefined : this.#byId.get(keyOf(index, id));
    const candidate = known ?? (index === undefined ? this.#last : this.#lastByIndex.get(index));
    // Only the first fragment of a call needs a name, so a fragment without one continues the last call.
    if (candidate === undefined || name === undefined) return candidate;
    return continues(fragment, candidate, chunk) ? candidate : undefined;
  }

  #add(fragment: ToolCallFragment, chunk: number, events: ConversationEvent[]): Call {
    this.closeWhole(events);
    const call: Call = {
      lane: undefined,
      upstreamIndex: fragment.index,
      chunk,
      upstreamId: undefined,
      name: undefined,
      text: '',
      unsent: '',
      hasSent: false,
      value: undefined,
      takesText: false,
      closed: false,
    };
    this.#calls.push(call);
    this.#last = call;
    if (fragment.index !== undefined) this.#lastByIndex.set(fragment.index, call);
    return call;
  }

  #identify(call: Call, id: string): void {
    call.upstreamId = id;
    for (const key of [keyOf(undefined, id), keyOf(call.upstreamIndex, id)]) {
      if (!this.#byId.has(key)) this.#byId.set(key, call);
    }
  }

  #start(call: Call, events: ConversationEvent[]): void {
    if (call.lane !== undefined || call.name === undefined) return;
    this.#started += 1;
    const id = this.#ids.claim(call.upstreamId);
    call.lane = this.#lanes.open({ kind: 'tool-call', id, name: call.name }, events);
  }

  #send(call: Call, events: ConversationEvent[]): void {
    if (call.lane === undefined || call.unsent === '') return;
    call.lane.appendText('tool-call', call.unsent, events);
    call.unsent = '';
    call.hasSent = true;
  }
}

function keyOf(index: number | undefined, id: string): string {
  return `${index ?? ''} ${id}`;
}

/**
 * True if a fragment with a name continues or repeats a call instead of starting a new one. This is never the case
 * within one chunk. A different id or name means a different call even with the same index, because some upstreams give
 * every call the index 0. A call without id and index is only continued while its arguments are incomplete.
 */
function continues(fragment: ToolCallFragment, call: Call, chunk: number): boolean {
  if (call.chunk === chunk) return false;
  if (fragment.id !== undefined && call.upstreamId !== undefined && fragment.id !== call.upstreamId) return false;
  if (call.name !== undefined && fragment.name !== call.name) return false;
  const marked = fragment.index !== undefined || fragment.id !== undefined;
  if (isWhole(call)) return marked && hasSameArguments(fragment.arguments, call);
  return marked || !isPlaceholder(call.text);
}

/** True if the arguments are complete. An empty placeholder is not. */
function isWhole(call: Call): boolean {
  if (call.value !== undefined && Object.keys(call.value).length > 0) return true;
  return !isPlaceholder(call.text) && call.text.endsWith('}') && parseJson(call.text) !== undefined;
}

function hasSameArguments(value: unknown, call: Call): boolean {
  if (typeof value === 'string') return value === '' || value === call.text;
  if (value === null || value === undefined) return true;
  return JSON.stringify(value) === JSON.stringify(call.value);
}

function appendArguments(call: Call, text: string): void {
  if (!call.hasSent && isPlaceholder(call.text)) {
    call.text = text;
    call.unsent = text;
    return;
  }
  // A repeated call. Only complete JSON counts as repeated, so an increment is never mistaken for a repetition.
  if (call.closed || (text === call.text && isWhole(call))) return;
  call.text += text;
  call.unsent += text;
}

function appendInput(call: Call, text: string): void {
  if (!call.takesText) append(call, customInput.open);
  call.takesText = true;
  append(call, JSON.stringify(text).slice(1, -1));
}

function append(call: Call, text: string): void {
  call.text += text;
  call.unsent += text;
}
