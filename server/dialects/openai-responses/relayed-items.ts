import { isRecord, type JsonRecord, readArray, readCount, readRecord, readString } from '../../lib/json.ts';
import { pushAll } from '../../lib/push-all.ts';
import { fillMembers } from './complete-event.ts';

/*
 * Servers that imitate OpenAI leave out events within items: an item begins with its first text, or is in the last event
 * only. Clients rely on these events: Codex takes texts and calls from `response.output_item.done` alone, and OpenAI's
 * SDKs reject a text whose item was not added.
 */

interface RelayedPart {
  readonly kind: 'output_text' | 'refusal';
  text: string;
  /** True after the event that has the whole text. */
  hasText: boolean;
  isDone: boolean;
}

interface RelayedItem {
  /** As it was when it began. */
  readonly item: JsonRecord;
  readonly parts: Map<number, RelayedPart>;
  /** The arguments so far. */
  written: string;
  hasArguments: boolean;
  isDone: boolean;
}

/** The items of a relayed stream, by their places in the output. */
export class RelayedItems {
  readonly #items = new Map<number, RelayedItem>();

  /** @param event within an item @returns the event, after those that the upstream left out */
  complete(event: JsonRecord): readonly JsonRecord[] {
    const place = readCount(event.output_index);
    if (place === undefined) return [event];
    switch (event.type) {
      case 'response.output_item.added':
        this.#open(place, readRecord(event.item));
        return [event];
      case 'response.output_item.done': {
        const item = this.#fill(place, readRecord(event.item));
        return [...this.#close(place, item), item === event.item ? event : { ...event, item }];
      }
      case 'response.content_part.added':
      case 'response.output_text.delta':
      case 'response.refusal.delta':
      case 'response.output_text.done':
      case 'response.refusal.done':
      case 'response.content_part.done':
        return [...this.#readContent(place, event), event];
      case 'response.function_call_arguments.delta':
      case 'response.function_call_arguments.done':
        return [...this.#readArguments(place, event), this.#withFunctionName(place, event)];
      default:
        return [event];
    }
  }

  /** @param output of the whole response @returns the events of items that did not end, or of which there was none */
  finish(output: readonly unknown[]): readonly JsonRecord[] {
    const items = output.length > 0 ? [...output.map(readRecord).entries()] : this.#openItems();
    return items.flatMap(([place, item]) => {
      if (this.#items.get(place)?.isDone === true || item.type === undefined) return [];
      const missing = this.#close(place, item);
      return [...missing, { type: 'response.output_item.done', output_index: place, item }];
    });
  }

  /** What the events so far say about the items, by position. */
  #openItems(): readonly (readonly [number, JsonRecord])[] {
    const inOrder = [...this.#items].sort(([one], [other]) => one - other);
    return inOrder.map(([place, known]) => [place, { ...this.#asWritten(known), status: 'completed' }]);
  }

  #open(place: number, item: JsonRecord): RelayedItem {
    const opened = { item, parts: new Map(), written: '', hasArguments: false, isDone: false };
    this.#items.set(place, opened);
    return opened;
  }

  #readContent(place: number, event: JsonRecord): readonly JsonRecord[] {
    const missing: JsonRecord[] = [];
    let known = this.#items.get(place);
    if (known?.isDone === true) return [];
    if (known === undefined) {
      const item = { id: event.item_id, type: 'message', status: 'in_progress', role: 'assistant', content: [] };
      missing.push(addedEvent(place, item));
      known = this.#open(place, item);
    }
    const index = readCount(event.content_index) ?? 0;
    const isRefusal = readRecord(event.part).type === 'refusal' || String(event.type).startsWith('response.refusal.');
    let part = known.parts.get(index);
    if (part === undefined) {
      part = { kind: isRefusal ? 'refusal' : 'output_text', text: '', hasText: false, isDone: false };
      known.parts.set(index, part);
      if (event.type !== 'response.content_part.added') {
        missing.push(partAddedEvent({ item_id: event.item_id, output_index: place, content_index: index }, part));
      }
    }
    return [...missing, ...readPart(part, event)];
  }

  #readArguments(place: number, event: JsonRecord): readonly JsonRecord[] {
    const known = this.#items.get(place);
    if (known === undefined) return [];
    if (typeof event.delta === 'string') {
      known.written += event.delta;
      return [];
    }
    known.hasArguments = true;
    const { item_id, output_index, arguments: written } = event;
    if (known.written !== '' || typeof written !== 'string' || written === '') return [];
    return [{ type: 'response.function_call_arguments.delta', item_id, output_index, delta: written }];
  }

  /** OpenAI's schema requires the name, which its own API leaves out. */
  #withFunctionName(place: number, event: JsonRecord): JsonRecord {
    const { name } = this.#items.get(place)?.item ?? {};
    const lacksName = event.type === 'response.function_call_arguments.done' && event.name === undefined;
    return lacksName && typeof name === 'string' ? { ...event, name } : event;
  }

  /** @param item as it ends @returns the item with the name, texts and arguments that its events had, if it lacks them */
  #fill(place: number, item: JsonRecord): JsonRecord {
    const known = this.#items.get(place);
    if (known === undefined || known.isDone || known.item.type !== item.type) return item;
    return fillMembers(item, this.#asWritten(known));
  }

  #asWritten({ item, parts, written }: RelayedItem): JsonRecord {
    const content = [...parts.values()].map((part) => contentOf(part, part.text));
    return { ...item, ...(item.type === 'function_call' ? { arguments: written } : { content }) };
  }

  /** @param item as it ends @returns the events that it lacks before its last one */
  #close(place: number, item: JsonRecord): readonly JsonRecord[] {
    const begun = this.#items.get(place);
    const known = begun ?? this.#open(place, item);
    if (known.isDone) return [];
    known.isDone = true;
    const missing = begun === undefined ? [addedEvent(place, opened(item))] : [];
    if (item.type === 'message') pushAll(missing, closeContent(place, item, known));
    else if (item.type === 'function_call') pushAll(missing, closeArguments(place, item, known));
    // The texts are not needed any more.
    known.parts.clear();
    known.written = '';
    return missing;
  }
}

/** @returns the delta of a text that has none */
function readPart(part: RelayedPart, event: JsonRecord): readonly JsonRecord[] {
  const { type, delta, text, refusal, item_id, output_index, content_index } = event;
  if (typeof delta === 'string') part.text += delta;
  else if (type === 'response.content_part.done') part.isDone = true;
  else if (type !== 'response.content_part.added') {
    part.hasText = true;
    const whole = readString(text ?? refusal) ?? '';
    if (part.text === '' && whole !== '') return [deltaEvent({ item_id, output_index, content_index }, part, whole)];
  }
  return [];
}

function closeContent(place: number, item: JsonRecord, known: RelayedItem): readonly JsonRecord[] {
  return readArray(item.content)
    .map(readRecord)
    .flatMap((content, index): readonly JsonRecord[] => {
      const begun = known.parts.get(index);
      const kind = content.type === 'refusal' ? 'refusal' : 'output_text';
      const part = begun ?? { kind, text: '', hasText: false, isDone: false };
      const text = readString(kind === 'refusal' ? content.refusal : content.text) ?? '';
      const at = { item_id: item.id, output_index: place, content_index: index };
      const whole = kind === 'refusal' ? { refusal: text } : { text, logprobs: [] };
      return [
        ...(begun === undefined ? [partAddedEvent(at, part)] : []),
        ...(part.text === '' && text !== '' && !part.hasText ? [deltaEvent(at, part, text)] : []),
        ...(part.hasText ? [] : [{ type: `response.${kind}.done`, ...at, ...whole }]),
        ...(part.isDone ? [] : [{ type: 'response.content_part.done', ...at, part: content }]),
      ];
    });
}

function closeArguments(place: number, item: JsonRecord, known: RelayedItem): readonly JsonRecord[] {
  if (known.hasArguments) return [];
  const written = readString(item.arguments) ?? '';
  const at = { item_id: item.id, output_index: place };
  const delta = { type: 'response.function_call_arguments.delta', ...at, delta: written };
  const done = { type: 'response.function_call_arguments.done', ...at, name: item.name, arguments: written };
  return known.written === '' && written !== '' ? [delta, done] : [done];
}

/** An item as it begins. */
function opened(item: JsonRecord): JsonRecord {
  const { type } = item;
  return {
    ...item,
    ...(item.status !== undefined && { status: 'in_progress' }),
    ...(type === 'message' && { content: [] }),
    ...(type === 'function_call' && { arguments: '' }),
    ...(type === 'custom_tool_call' && { input: '' }),
    ...(type === 'reasoning' && { summary: [] }),
  };
}

function addedEvent(place: number, item: JsonRecord): JsonRecord {
  return { type: 'response.output_item.added', output_index: place, item };
}

function partAddedEvent(at: JsonRecord, part: RelayedPart): JsonRecord {
  return { type: 'response.content_part.added', ...at, part: contentOf(part, '') };
}

function deltaEvent(at: JsonRecord, { kind }: RelayedPart, delta: string): JsonRecord {
  return { type: `response.${kind}.delta`, ...at, delta, ...(kind === 'output_text' && { logprobs: [] }) };
}

function contentOf({ kind }: RelayedPart, text: string): JsonRecord {
  return kind === 'refusal'
    ? { type: 'refusal', refusal: text }
    : { type: 'output_text', text, annotations: [], logprobs: [] };
}

/** True for the events of a response's beginning. */
export function isBeginning({ type }: JsonRecord): boolean {
  return type === 'response.created' || type === 'response.queued';
}

/** Some servers end with an event that says by the response's status how it ended. */
export function withEndType(event: JsonRecord): JsonRecord {
  const { type, response } = event;
  if (type !== 'response.done' || !isRecord(response)) return event;
  const { status } = response;
  const ended = status === 'incomplete' || status === 'failed' ? status : 'completed';
  return { ...event, type: `response.${ended}` };
}
