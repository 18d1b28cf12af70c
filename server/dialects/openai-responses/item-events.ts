import type { JsonRecord } from '../../lib/json.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import type { EmitEvent } from './item-writer.ts';
import type { OpenCall, OpenItem, OpenMessage, OpenReasoning } from './open-items.ts';
import { encodeContent, type MessageContent } from './output-items.ts';

/** Emits the events between the start and the end of an item, and keeps the open item's state. */
export class ItemEvents {
  readonly #options: Pick<ResponsesAnswerOptions, 'showsReasoning'>;
  readonly #emit: EmitEvent;

  constructor(options: Pick<ResponsesAnswerOptions, 'showsReasoning'>, emit: EmitEvent) {
    this.#options = options;
    this.#emit = emit;
  }

  /** Starts a content of a message, after the one before it. @param index of the item in the output */
  openContent(item: OpenMessage, index: number, kind: MessageContent['kind']): void {
    this.#closeContent(item, index);
    item.contents.push({ kind, text: '' });
    item.open = true;
    const place = contentPlace(item, index);
    this.#emit('response.content_part.added', { ...place, part: encodeContent({ kind, text: '' }) });
  }

  /** Adds text to the item. An image has none. */
  grow(item: OpenItem, index: number, text: string): void {
    switch (item.kind) {
      case 'message':
        this.#growContent(item, index, text);
        break;
      case 'reasoning':
        this.#growSummary(item, index, text);
        break;
      case 'call':
        this.#growCall(item, index, text);
        break;
      case 'image':
    }
  }

  /** Adds the sources of the text that has just ended. */
  annotate(item: OpenMessage, index: number, annotations: readonly JsonRecord[]): void {
    const content = item.contents.at(-1);
    if (content === undefined || annotations.length === 0) return;
    content.annotations = annotations;
    for (const [annotation_index, annotation] of annotations.entries()) {
      const place = { ...contentPlace(item, index), annotation_index };
      this.#emit('response.output_text.annotation.added', { ...place, annotation });
    }
  }

  /** Ends the parts of the item that are open. */
  close(item: OpenItem, index: number): void {
    if (item.kind === 'message') this.#closeContent(item, index);
    else if (item.kind === 'reasoning') this.#closeSummary(item, index);
    else if (item.kind === 'call') this.#closeCall(item, index);
  }

  #growContent(item: OpenMessage, index: number, text: string): void {
    const content = item.contents.at(-1);
    if (content === undefined) return;
    content.text += text;
    const place = contentPlace(item, index);
    if (content.kind === 'refusal') this.#emit('response.refusal.delta', { ...place, delta: text });
    else this.#emit('response.output_text.delta', { ...place, delta: text, logprobs: [] });
  }

  #growSummary(item: OpenReasoning, index: number, text: string): void {
    const place = { ...placeOf(item, index), summary_index: 0 };
    const isFirst = item.text === '';
    item.text += text;
    if (!this.#options.showsReasoning) return;
    if (isFirst) {
      this.#emit('response.reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } });
    }
    this.#emit('response.reasoning_summary_text.delta', { ...place, delta: text });
  }

  #growCall(item: OpenCall, index: number, text: string): void {
    if (item.reader !== undefined) {
      this.#growInput(item, index, item.reader.add(text));
      return;
    }
    item.written += text;
    if (item.tool.kind === 'function') {
      this.#emit('response.function_call_arguments.delta', { ...placeOf(item, index), delta: text });
    }
  }

  #growInput(item: OpenCall, index: number, text: string): void {
    if (text === '') return;
    item.written += text;
    this.#emit('response.custom_tool_call_input.delta', { ...placeOf(item, index), delta: text });
  }

  #closeContent(item: OpenMessage, index: number): void {
    const content = item.contents.at(-1);
    if (!item.open || content === undefined) return;
    item.open = false;
    const place = contentPlace(item, index);
    if (content.kind === 'refusal') this.#emit('response.refusal.done', { ...place, refusal: content.text });
    else this.#emit('response.output_text.done', { ...place, text: content.text, logprobs: [] });
    this.#emit('response.content_part.done', { ...place, part: encodeContent(content) });
  }

  #closeSummary(item: OpenReasoning, index: number): void {
    if (item.text === '' || !this.#options.showsReasoning) return;
    const place = { ...placeOf(item, index), summary_index: 0 };
    this.#emit('response.reasoning_summary_text.done', { ...place, text: item.text });
    this.#emit('response.reasoning_summary_part.done', { ...place, part: { type: 'summary_text', text: item.text } });
  }

  #closeCall(item: OpenCall, index: number): void {
    const place = placeOf(item, index);
    if (item.tool.kind === 'function') {
      if (item.written === '') {
        item.written = '{}';
        this.#emit('response.function_call_arguments.delta', { ...place, delta: item.written });
      }
      const { written, tool } = item;
      this.#emit('response.function_call_arguments.done', { ...place, arguments: written, name: tool.name });
      return;
    }
    if (item.reader === undefined) return;
    this.#growInput(item, index, item.reader.end());
    this.#emit('response.custom_tool_call_input.done', { ...place, input: item.written });
  }
}

function placeOf(item: OpenItem, index: number): JsonRecord {
  return { item_id: item.id, output_index: index };
}

function contentPlace(item: OpenMessage, index: number): JsonRecord {
  return { ...placeOf(item, index), content_index: item.contents.length - 1 };
}
