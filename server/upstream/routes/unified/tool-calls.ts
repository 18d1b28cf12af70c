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
  /** Where it stands among the choice's calls: what events name it by. */
  readonly position: number;
  readonly upstreamIndex: number | undefined;
  upstreamId: string | undefined;
  name: string | undefined;
  started: boolean;
  /** The argument text so far. */
  text: string;
  /** How much of it went out. */
  sent: number;
  /** Arguments that came as a value; they go out at the end, for the text may still follow an empty one. */
  value: object | undefined;
}

/** Text that says "no arguments" and may be a placeholder for those to come: held back until the end. */
const placeholder = /^\s*(?:\{\s*\}|null)?\s*$/;

/**
 * Joins the tool calls of one choice from whatever pieces they come in, told apart by index, by id, by both or by
 * neither, and tells them as events. Fragments are increments; a whole call that comes again is the same call.
 */
export class ToolCallAssembler {
  readonly #choice: number;
  readonly #newId: () => string;
  readonly #calls: Call[] = [];
  /** Ids that went out. */
  readonly #ids = new Set<string>();

  constructor(choice: number, newId: () => string) {
    this.#choice = choice;
    this.#newId = newId;
  }

  /** True once a call went out. */
  get hasCalls(): boolean {
    return this.#calls.some((call) => call.started);
  }

  take(fragment: ToolCallFragment, events: ConversationEvent[]): void {
    const call = this.#find(fragment) ?? this.#add(fragment);
    call.upstreamId ??= fragment.id;
    call.name ??= fragment.name;
    if (typeof fragment.arguments === 'string') appendArguments(call, fragment.arguments);
    else if (typeof fragment.arguments === 'object') call.value = fragment.arguments ?? call.value;
    this.#start(call, events);
    if (call.started && !placeholder.test(call.text)) this.#send(call, events);
  }

  /**
   * Ends every call.
   * @returns false when a call is no call: it has no name, or its arguments are no JSON
   */
  end(events: ConversationEvent[]): boolean {
    for (const call of this.#calls) {
      if (!call.started) {
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

  #find(fragment: ToolCallFragment): Call | undefined {
    const { index, id, name } = fragment;
    const rivals = index === undefined ? this.#calls : this.#calls.filter((call) => call.upstreamIndex === index);
    const last = rivals.at(-1);
    if (last === undefined) return undefined;
    if (id !== undefined) {
      const known = rivals.find((call) => call.upstreamId === id);
      if (known !== undefined) return known;
    }
    // Only the first fragment of a call has a name, so one without continues the last.
    if (name === undefined) return last;
    return isRepetition(fragment, name, last) ? last : undefined;
  }

  #add(fragment: ToolCallFragment): Call {
    const call: Call = {
      position: this.#calls.length,
      upstreamIndex: fragment.index,
      upstreamId: undefined,
      name: undefined,
      started: false,
      text: '',
      sent: 0,
      value: undefined,
    };
    this.#calls.push(call);
    return call;
  }

  #start(call: Call, events: ConversationEvent[]): void {
    if (call.started || call.name === undefined) return;
    call.started = true;
    let id = call.upstreamId;
    while (id === undefined || this.#ids.has(id)) id = this.#newId();
    this.#ids.add(id);
    events.push({ type: 'tool-call-start', choice: this.#choice, index: call.position, id, name: call.name });
  }

  #send(call: Call, events: ConversationEvent[]): void {
    if (call.sent === call.text.length) return;
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
 * Whether a fragment with a name goes on with (or repeats) the last call instead of starting a new one. Another id or
 * another name is another call, even under the same index: some upstreams number every call 0.
 */
function isRepetition(fragment: ToolCallFragment, name: string, last: Call): boolean {
  if (fragment.id !== undefined && last.upstreamId !== undefined) return false;
  if (last.name === undefined) return true;
  if (last.name !== name) return false;
  if (isWhole(last)) return hasSameArguments(fragment.arguments, last);
  return fragment.index !== undefined || last.text !== '';
}

function isWhole(call: Call): boolean {
  return call.value !== undefined || (call.text.endsWith('}') && parseJson(call.text) !== undefined);
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
