import { type BlockKind, BlockLanes, type Lane } from '../../conversation/block-lanes.ts';
import type { ConversationEvent, TextKind } from '../../conversation/events.ts';
import { modelFailure, unnamedCallMessage } from '../../conversation/failure.ts';
import { settleFinishReason } from '../../conversation/finish-reason.ts';
import { UniqueIds } from '../../conversation/unique-ids.ts';
import { isRecord, type JsonRecord, readArray, readRecord, readString, readText } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { AnswerReaderOptions } from '../dialect.ts';
import { isErrorBody } from '../error-body.ts';
import { JsonAnswerReader } from '../json-answer-reader.ts';
import { customInput, encodeCustomInput } from '../openai/custom-input.ts';
import { type Ending, endingOf, keyOf, partKey, proofOf, readUsage, reasonOf } from './answer-members.ts';
import { flatName } from './flat-name.ts';
import { readImageResult } from './image-item.ts';
import { ItemIds } from './item-ids.ts';
import { responsesName } from './name.ts';

/** An item of the output that was started. */
interface OpenItem {
  readonly kind: BlockKind['kind'];
  readonly lane: Lane;
  /** Its text so far. The complete item at its end adds only missing text. */
  text: string;
  done: boolean;
}

/**
 * Decodes OpenAI's responses: the events of a stream, with or without their names, or the complete object. Items
 * without delta events are read when they are done.
 */
export class ResponsesAnswerReader extends JsonAnswerReader {
  readonly #lanes = new BlockLanes(0);
  readonly #items = new Map<string, OpenItem>();
  readonly #callIds: UniqueIds;
  readonly #ids = new ItemIds('');
  #model: string | undefined;
  #started = false;
  #hasContent = false;

  constructor(options: AnswerReaderOptions) {
    super(options);
    this.#callIds = new UniqueIds(options.newId);
  }

  protected readRecord(value: JsonRecord, events: ConversationEvent[]): void {
    if (value.object === 'response') this.#readWhole(value, events);
    else this.#readEvent(value, events);
  }

  /** An answer without a terminal event was truncated. */
  end(events: ConversationEvent[]): void {
    if (this.over) return;
    const message = this.#hasContent ? 'The upstream ended inside its answer.' : 'The upstream sent an empty answer.';
    this.fail(this.options.brokenAnswer(message), events);
  }

  #readEvent(given: JsonRecord, events: ConversationEvent[]): void {
    const event = given.output_index === undefined ? this.#ids.pinEvent(this.#ids.placeEvent(given)) : given;
    const type = readString(event.type) ?? '';
    const delta = readString(event.delta) ?? '';
    switch (type) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        this.#model ??= readText(readRecord(event.response).model);
        break;
      case 'response.output_item.added':
        this.#openItem(event, events);
        break;
      case 'response.output_item.done':
        this.#finishItem(keyOf(event), readRecord(event.item), events);
        break;
      case 'response.output_text.delta':
        this.#write(partKey(event), 'text', delta, events);
        break;
      case 'response.refusal.delta':
        this.#write(partKey(event), 'refusal', delta, events);
        break;
      case 'response.reasoning_summary_part.added':
        this.#separateSummary(event, events);
        break;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        this.#write(keyOf(event), 'reasoning', delta, events);
        break;
      case 'response.function_call_arguments.delta':
        this.#write(keyOf(event), 'tool-call', delta, events);
        break;
      case 'response.custom_tool_call_input.delta':
        this.#writeInput(keyOf(event), delta, events);
        break;
      case 'response.output_text.done':
        this.#fill(partKey(event), 'text', event.text, events);
        break;
      case 'response.refusal.done':
        this.#fill(partKey(event), 'refusal', event.refusal, events);
        break;
      case 'response.reasoning_summary_text.done':
      case 'response.reasoning_text.done':
        this.#fill(keyOf(event), 'reasoning', event.text, events);
        break;
      case 'response.function_call_arguments.done':
        this.#fill(keyOf(event), 'tool-call', event.arguments, events);
        break;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.done':
        this.#readWhole(readRecord(event.response), events);
        break;
      case 'error':
        this.fail(this.options.readFailure(event), events);
        break;
      default:
        if (isErrorBody(event)) this.fail(this.options.readFailure(event), events);
    }
  }

  /** Reads the complete response, by itself or in the terminal event. */
  #readWhole(response: JsonRecord, events: ConversationEvent[]): void {
    this.#model ??= readText(response.model);
    if (response.status === 'failed' || isRecord(response.error)) {
      this.fail(this.options.readFailure({ error: readRecord(response.error) }), events);
      return;
    }
    for (const [index, item] of readArray(response.output).entries()) {
      if (isRecord(item)) this.#finishItem(`${index}`, item, events);
      if (this.over) return;
    }
    this.#start(events);
    for (const item of this.#items.values()) this.#close(item, {}, events);
    const usage = readUsage(response.usage);
    if (usage !== undefined) events.push({ type: 'usage', usage });
    const vendorReason = readText(readRecord(response.incomplete_details).reason);
    const reason = settleFinishReason(reasonOf(response.status, vendorReason), this.#callIds.size > 0);
    events.push({ type: 'finish', choice: 0, reason, ...withoutUndefined({ vendorReason }) });
    this.setOver();
  }

  #openItem(event: JsonRecord, events: ConversationEvent[]): void {
    const item = readRecord(event.item);
    if (isCall(item) && readText(item.name) !== undefined) this.#openCall(keyOf(event), item, events);
    else if (item.type === 'reasoning') this.#openLane(keyOf(event), 'reasoning', events);
  }

  #openCall(key: string, item: JsonRecord, events: ConversationEvent[]): OpenItem {
    const known = this.#items.get(key);
    if (known !== undefined) return known;
    const id = this.#callIds.claim(readText(item.call_id));
    const name = flatName(readText(item.name) ?? '', readText(item.namespace));
    return this.#open(key, { kind: 'tool-call', id, name }, events);
  }

  #openLane(key: string, kind: Exclude<TextKind, 'tool-call'>, events: ConversationEvent[]): OpenItem {
    const known = this.#items.get(key);
    if (known?.kind === kind) return known;
    // The part continues as another kind.
    if (known !== undefined) this.#close(known, {}, events);
    return this.#open(key, { kind }, events);
  }

  #open(key: string, block: BlockKind, events: ConversationEvent[]): OpenItem {
    this.#begin(events);
    const opened: OpenItem = { kind: block.kind, lane: this.#lanes.open(block, events), text: '', done: false };
    this.#items.set(key, opened);
    return opened;
  }

  #write(key: string, kind: TextKind, text: string, events: ConversationEvent[]): void {
    // A call without a name so far is read when it is done.
    if (text === '' || (kind === 'tool-call' && this.#items.get(key)?.kind !== kind)) return;
    const item = kind === 'tool-call' ? this.#openCall(key, {}, events) : this.#openLane(key, kind, events);
    if (item.done) return;
    item.text += text;
    item.lane.appendText(kind, text, events);
  }

  /** Writes a piece of the text of a custom tool, which is the only argument of the function in its place. */
  #writeInput(key: string, text: string, events: ConversationEvent[]): void {
    const begun = (this.#items.get(key)?.text ?? '') !== '';
    const literal = JSON.stringify(text).slice(1, -1);
    if (text !== '') this.#write(key, 'tool-call', begun ? literal : customInput.open + literal, events);
  }

  /** Writes a text of which no piece arrived. */
  #fill(key: string, kind: TextKind, whole: unknown, events: ConversationEvent[]): void {
    if ((this.#items.get(key)?.text ?? '') === '') this.#write(key, kind, readString(whole) ?? '', events);
  }

  #separateSummary(event: JsonRecord, events: ConversationEvent[]): void {
    const item = this.#items.get(keyOf(event));
    if (item !== undefined && item.text !== '') this.#write(keyOf(event), 'reasoning', '\n\n', events);
  }

  /** Adds the parts of an item that no earlier event contained, and ends it. */
  #finishItem(key: string, item: JsonRecord, events: ConversationEvent[]): void {
    if (isCall(item) && !this.#items.has(key) && readText(item.name) === undefined) {
      this.fail(modelFailure(unnamedCallMessage), events);
      return;
    }
    switch (item.type) {
      case 'message':
        for (const [index, part] of readArray(item.content).entries()) {
          const { type, text, refusal, annotations } = readRecord(part);
          const kind = type === 'refusal' ? 'refusal' : 'text';
          const whole = readString(kind === 'refusal' ? refusal : text) ?? '';
          this.#complete(`${key} ${index}`, kind, whole, endingOf(item, annotations), events);
        }
        break;
      case 'reasoning': {
        const parts = readArray(item.summary).length > 0 ? item.summary : item.content;
        const text = readArray(parts)
          .flatMap((part) => readText(readRecord(part).text) ?? [])
          .join('\n\n');
        this.#complete(key, 'reasoning', text, { proof: proofOf(item) }, events);
        break;
      }
      case 'function_call':
        this.#openCall(key, item, events);
        this.#complete(key, 'tool-call', readString(item.arguments) ?? '', {}, events);
        break;
      case 'custom_tool_call':
        if (this.#openCall(key, item, events).text !== '') this.#write(key, 'tool-call', customInput.close, events);
        this.#complete(key, 'tool-call', encodeCustomInput(readString(item.input) ?? ''), {}, events);
        break;
      case 'image_generation_call':
        this.#readImage(key, item, events);
        break;
      default:
        // An item that the vendor's own tools wrote.
        if (readText(item.type) !== undefined) this.#readOwn(key, item, events);
    }
  }

  #readImage(key: string, item: JsonRecord, events: ConversationEvent[]): void {
    const source = readImageResult(item);
    if (source !== undefined) this.#writeWhole(key, { kind: 'image', source }, events);
  }

  #readOwn(key: string, item: JsonRecord, events: ConversationEvent[]): void {
    this.#writeWhole(key, { kind: 'vendor', dialect: responsesName, value: item }, events);
  }

  #writeWhole(key: string, block: BlockKind, events: ConversationEvent[]): void {
    if (!this.#items.has(key)) this.#close(this.#open(key, block, events), {}, events);
  }

  #complete(key: string, kind: TextKind, whole: string, ending: Ending, events: ConversationEvent[]): void {
    const known = this.#items.get(key);
    if (known?.done === true || (known === undefined && whole === '' && ending.proof === undefined)) return;
    const missing = known === undefined || known.text === '' ? whole : '';
    this.#write(key, kind, missing, events);
    if (!this.#items.has(key) && kind === 'reasoning') this.#openLane(key, kind, events);
    const item = this.#items.get(key);
    if (item !== undefined) this.#close(item, ending, events);
  }

  #close(item: OpenItem, { proof, vendor }: Ending, events: ConversationEvent[]): void {
    if (item.done) return;
    item.done = true;
    const ending = withoutUndefined({ proof, vendor });
    this.#lanes.close(item.lane, ending, events);
  }

  #begin(events: ConversationEvent[]): void {
    this.#hasContent = true;
    this.#start(events);
  }

  #start(events: ConversationEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    if (this.#model !== undefined) events.push({ type: 'start', upstreamModel: this.#model });
  }
}

function isCall({ type }: JsonRecord): boolean {
  return type === 'function_call' || type === 'custom_tool_call';
}
