import type { BlockLanes, Lane } from '../../conversation/block-lanes.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import { parseJson } from '../../lib/json.ts';

/** One entry of `tool_calls`: a whole call or a piece of one. */
export interface ToolCallFragment {
  /** Where the upstream counts the call; often missing. */
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** JSON text or a piece of it, the parsed value itself (Claude), null or nothing. */
  readonly arguments: unknown;
}

interface Call {
  /** Its block; undefined until it went out. */
  lane: Lane | undefined;
  readonly upstreamIndex: number | undefined;
  /** The chunk that it began in. */
  readonly chunk: number;
  upstreamId: string | undefined;
  name: string | undefined;
  /** The argument text so far. */
  text: string;
  /** The part that was not sent yet. Cutting it from the text would copy the text each time. */
  unsent: string;
  hasSent: boolean;
  /** Arguments that came as a value; they go out at the end, for the text may still follow an empty one. */
  value: object | undefined;
  closed: boolean;
}

/** Text that says "no arguments" and may be a placeholder for those to come: held back until the end. */
const placeholder = /^\s*(?:(?:\{\s*\}|null)\s*)?$/;
/** Characters; to look at more of a text that grows, piece by piece, would take quadratic time. */
const longestPlaceholder = 64;
const isPlaceholder = (text: string) => text.length <= longestPlaceholder && placeholder.test(text);

/**
 * Joins the tool calls of one choice from whatever pieces they come in, told apart by index, by id, by both or by
 * neither, and tells them as blocks. Fragments are increments; a whole call that comes again is the same call. Arguments
 * are what the model wrote, whole or not.
 */
export class ToolCallAssembler {
  readonly #lanes: BlockLanes;
  readonly #newId: () => string;
  readonly #ids: Set<string>;
  readonly #calls: Call[] = [];
  /** How many of them, from the first on, are closed. */
  #done = 0;
  #last: Call | undefined;
  readonly #lastByIndex = new Map<number, Call>();
  /** By id, and by index and id: the first that has them. */
  readonly #byId = new Map<string, Call>();
  #chunks = 0;
  #started = 0;

  /**
   * @param lanes of the choice
   * @param newId makes an id for a call that has none of its own
   * @param ids those that went out, of all choices of the answer
   */
  constructor(lanes: BlockLanes, newId: () => string, ids: Set<string>) {
    this.#lanes = lanes;
    this.#newId = newId;
    this.#ids = ids;
  }

  /** True once a call went out. */
  get hasCalls(): boolean {
    return this.#started > 0;
  }

  /** @param fragments those of one chunk */
  take(fragments: readonly ToolCallFragment[], events: ConversationEvent[]): void {
    this.#chunks += 1;
    for (const fragment of fragments) this.#takeOne(fragment, events);
  }

  /** Something else begins: calls that have all of their arguments are done, as far as none before them is not. */
  closeWhole(events: ConversationEvent[]): void {
    for (let call = this.#calls[this.#done]; call !== undefined && isWhole(call); call = this.#calls[this.#done]) {
      this.#close(call, events);
      this.#done += 1;
    }
  }

  #takeOne(fragment: ToolCallFragment, events: ConversationEvent[]): void {
    const known = this.#find(fragment, this.#chunks);
    const call = known ?? this.#add(fragment, this.#chunks, events);
    if (call.upstreamId === undefined && fragment.id !== undefined) this.#identify(call, fragment.id);
    call.name ??= fragment.name;
    if (typeof fragment.arguments === 'string') appendArguments(call, fragment.arguments);
    else if (typeof fragment.arguments === 'object') call.value = fragment.arguments ?? call.value;
    this.#start(call, events);
    if (!isPlaceholder(call.text)) this.#send(call, events);
  }

  /** True when a call has arguments that go on: nobody said that the model was done with it. */
  get isCut(): boolean {
    const last = this.#last;
    return last !== undefined && last.value === undefined && !isPlaceholder(last.text) && !isWhole(last);
  }

  /**
   * Ends every call.
   * @returns false when a call is no call: it has arguments and no name
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
    if (!call.hasSent && isPlaceholder(call.text)) {
      call.text = call.value === undefined ? '{}' : JSON.stringify(call.value);
      call.unsent = call.text;
    }
    this.#send(call, events);
    this.#lanes.close(call.lane, {}, events);
  }

  #find(fragment: ToolCallFragment, chunk: number): Call | undefined {
    const { index, id, name } = fragment;
    const known = id === undefined ? undefined : this.#byId.get(keyOf(index, id));
    const candidate = known ?? (index === undefined ? this.#last : this.#lastByIndex.get(index));
    // Only the first fragment of a call need have a name, so one without goes on with the last call.
    if (candidate === undefined || name === undefined) return candidate;
    return goesOn(fragment, candidate, chunk) ? candidate : undefined;
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
    let id = call.upstreamId;
    while (id === undefined || this.#ids.has(id)) id = this.#newId();
    this.#ids.add(id);
    call.lane = this.#lanes.open({ kind: 'tool-call', id, name: call.name }, events);
  }

  #send(call: Call, events: ConversationEvent[]): void {
    if (call.lane === undefined || call.unsent === '') return;
    call.lane.push('tool-call', call.unsent, events);
    call.unsent = '';
    call.hasSent = true;
  }
}

function keyOf(index: number | undefined, id: string): string {
  return `${index ?? ''} ${id}`;
}

/**
 * Whether a fragment with a name goes on with a call, or repeats it, instead of starting a new one. Within one chunk it
 * never does; another id or another name is another call, even under the same index, for some upstreams number every
 * call 0. A call without id and index is only gone on with while its arguments are cut.
 */
function goesOn(fragment: ToolCallFragment, call: Call, chunk: number): boolean {
  if (call.chunk === chunk) return false;
  if (fragment.id !== undefined && call.upstreamId !== undefined && fragment.id !== call.upstreamId) return false;
  if (call.name !== undefined && fragment.name !== call.name) return false;
  const marked = fragment.index !== undefined || fragment.id !== undefined;
  if (isWhole(call)) return marked && hasSameArguments(fragment.arguments, call);
  return marked || !isPlaceholder(call.text);
}

/** True once arguments have come that are complete; an empty placeholder is not. */
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
  // A whole call that comes again. Only JSON that is whole already can be repeated, so no increment is taken for one.
  if (call.closed || (text === call.text && isWhole(call))) return;
  call.text += text;
  call.unsent += text;
}
