import type { ConversationEvent } from '../../../conversation/events.ts';
import { parseJson } from '../../../lib/json.ts';

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
  /** Where it stands among the choice's calls, which is what events name it by; undefined until it went out. */
  position: number | undefined;
  readonly upstreamIndex: number | undefined;
  /** The chunk that it began in. */
  readonly chunk: number;
  upstreamId: string | undefined;
  name: string | undefined;
  /** The argument text so far. */
  text: string;
  /** How much of it went out. */
  sent: number;
  /** Arguments that came as a value; they go out at the end, for the text may still follow an empty one. */
  value: object | undefined;
}

/** Text that says "no arguments" and may be a placeholder for those to come: held back until the end. */
const placeholder = /^\s*(?:(?:\{\s*\}|null)\s*)?$/;

/**
 * Joins the tool calls of one choice from whatever pieces they come in, told apart by index, by id, by both or by
 * neither, and tells them as events. Fragments are increments; a whole call that comes again is the same call.
 */
export class ToolCallAssembler {
  readonly #choice: number;
  readonly #newId: () => string;
  readonly #ids: Set<string>;
  readonly #calls: Call[] = [];
  #chunks = 0;
  #started = 0;

  /**
   * @param newId makes an id for a call that has none of its own
   * @param ids those that went out, of all choices of the answer
   */
  constructor(choice: number, newId: () => string, ids: Set<string>) {
    this.#choice = choice;
    this.#newId = newId;
    this.#ids = ids;
  }

  /** True once a call went out. */
  get hasCalls(): boolean {
    return this.#started > 0;
  }

  /** @param fragments those of one chunk */
  take(fragments: readonly ToolCallFragment[], events: ConversationEvent[]): void {
    if (fragments.length === 0) return;
    this.#chunks += 1;
    for (const fragment of fragments) this.#takeOne(fragment, events);
  }

  #takeOne(fragment: ToolCallFragment, events: ConversationEvent[]): void {
    const call = this.#find(fragment, this.#chunks) ?? this.#add(fragment, this.#chunks);
    call.upstreamId ??= fragment.id;
    call.name ??= fragment.name;
    if (typeof fragment.arguments === 'string') appendArguments(call, fragment.arguments);
    else if (typeof fragment.arguments === 'object') call.value = fragment.arguments ?? call.value;
    this.#start(call, events);
    if (!placeholder.test(call.text)) this.#send(call, events);
  }

  /**
   * Ends every call.
   * @returns false when a call is no call: it has no name, or its arguments are no JSON
   */
  end(events: ConversationEvent[]): boolean {
    for (const call of this.#calls) {
      if (call.position === undefined) {
        if (call.text.trim() === '' && call.value === undefined) continue;
        return false;
      }
      if (call.sent === 0 && placeholder.test(call.text)) {
        call.text = call.value === undefined ? '{}' : JSON.stringify(call.value);
      }
      if (parseJson(call.text) === undefined) return false;
      this.#send(call, events);
      events.push({ type: 'tool-call-end', choice: this.#choice, index: call.position });
    }
    return true;
  }

  #find(fragment: ToolCallFragment, chunk: number): Call | undefined {
    const { index, id, name } = fragment;
    const rivals = index === undefined ? this.#calls : this.#calls.filter((call) => call.upstreamIndex === index);
    const known = id === undefined ? undefined : rivals.find((call) => call.upstreamId === id);
    const candidate = known ?? rivals.at(-1);
    // Only the first fragment of a call need have a name, so one without goes on with the last call.
    if (candidate === undefined || name === undefined) return candidate;
    return goesOn(fragment, candidate, chunk) ? candidate : undefined;
  }

  #add(fragment: ToolCallFragment, chunk: number): Call {
    const call: Call = {
      position: undefined,
      upstreamIndex: fragment.index,
      chunk,
      upstreamId: undefined,
      name: undefined,
      text: '',
      sent: 0,
      value: undefined,
    };
    this.#calls.push(call);
    return call;
  }

  #start(call: Call, events: ConversationEvent[]): void {
    if (call.position !== undefined || call.name === undefined) return;
    call.position = this.#started;
    this.#started += 1;
    let id = call.upstreamId;
    while (id === undefined || this.#ids.has(id)) id = this.#newId();
    this.#ids.add(id);
    events.push({ type: 'tool-call-start', choice: this.#choice, index: call.position, id, name: call.name });
  }

  #send(call: Call, events: ConversationEvent[]): void {
    if (call.position === undefined || call.sent === call.text.length) return;
    events.push({
      type: 'tool-call-delta',
      choice: this.#choice,
      index: call.position,
      arguments: call.text.slice(call.sent),
    });
    call.sent = call.text.length;
  }
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
  return marked || !placeholder.test(call.text);
}

/** True once arguments have come that are complete; an empty placeholder is not. */
function isWhole(call: Call): boolean {
  if (call.value !== undefined && Object.keys(call.value).length > 0) return true;
  return !placeholder.test(call.text) && call.text.endsWith('}') && parseJson(call.text) !== undefined;
}

function hasSameArguments(value: unknown, call: Call): boolean {
  if (typeof value === 'string') return value === '' || value === call.text;
  if (value === null || value === undefined) return true;
  return JSON.stringify(value) === JSON.stringify(call.value);
}

function appendArguments(call: Call, text: string): void {
  if (call.sent === 0 && placeholder.test(call.text)) call.text = text;
  // A whole call that comes again. Only JSON that is whole already can be repeated, so no increment is taken for one.
  else if (text === call.text && isWhole(call)) return;
  else call.text += text;
}
