import type { MediaSource } from '../../conversation/message.ts';
import { asList, isRecord, type JsonRecord, readArray, readRecord, readString, readText } from '../../lib/json.ts';
import { readChatAnnotations } from '../openai/annotations.ts';
import { readImage } from './answer-images.ts';
import type { ToolCallFragment } from './assemble-tool-calls.ts';

/** The content of one message or one increment of it. */
export interface MessageContent {
  /** In order. Consecutive texts of one kind are one piece. */
  readonly pieces: readonly ContentPiece[];
  readonly toolCalls: readonly ToolCallFragment[];
  /** The sources of the text, in the format of the Responses API. */
  readonly annotations: readonly JsonRecord[];
}

export type ContentPiece =
  | { readonly kind: 'text' | 'reasoning' | 'refusal'; readonly text: string }
  | { readonly kind: 'image'; readonly source: MediaSource }
  /** A part of an unknown type. */
  | { readonly kind: 'vendor'; readonly value: JsonRecord };

/**
 * Reads a `message` or `delta`. `content` may be a string, a list of parts, one part, null or absent. Reasoning may be
 * in separate fields or in parts. Tool calls may be `tool_calls`, the legacy `function_call` or Anthropic's `tool_use`
 * parts.
 */
export function readMessage(message: JsonRecord): MessageContent {
  const content = new ContentReader(readChatAnnotations(message.annotations));
  // Both fields may contain the same reasoning.
  content.addText('reasoning', readText(message.reasoning_content) ?? readText(message.reasoning));
  const parts = message.content;
  if (Array.isArray(parts)) for (const part of parts) content.addPart(part);
  else content.addPart(parts);
  for (const image of readArray(message.images)) content.addImage(image);
  // What the model says in its speech.
  content.addText('text', readText(readRecord(message.audio).transcript));
  content.addText('refusal', readText(message.refusal));
  for (const call of asList(message.tool_calls)) {
    if (isRecord(call)) content.toolCalls.push(readToolCall(call));
  }
  const legacyCall = message.function_call;
  if (isRecord(legacyCall)) content.toolCalls.push({ ...readToolCall({ function: legacyCall }), index: 0 });
  return content;
}

class ContentReader implements MessageContent {
  readonly pieces: ContentPiece[] = [];
  readonly toolCalls: ToolCallFragment[] = [];
  readonly annotations: readonly JsonRecord[];

  constructor(annotations: readonly JsonRecord[]) {
    this.annotations = annotations;
  }

  addText(kind: 'text' | 'reasoning' | 'refusal', text: string | undefined): void {
    if (text === undefined) return;
    const last = this.pieces.at(-1);
    if (last?.kind !== kind) this.pieces.push({ kind, text });
    else this.pieces[this.pieces.length - 1] = { kind, text: last.text + text };
  }

  addImage(value: unknown): void {
    const image = readImage(value);
    if (image !== undefined) this.pieces.push({ kind: 'image', source: image.source });
  }

  addPart(part: unknown): void {
    if (typeof part === 'string') this.addText('text', readText(part));
    if (!isRecord(part)) return;
    const text = readText(part.text);
    switch (part.type) {
      case 'thinking':
      case 'reasoning':
        this.addText('reasoning', readThinking(part) ?? text);
        break;
      case 'refusal':
        this.addText('refusal', readText(part.refusal) ?? text);
        break;
      case 'tool_use':
        this.toolCalls.push({
          index: undefined,
          id: readText(part.id),
          name: readText(part.name),
          arguments: part.input,
        });
        break;
      case 'image_url':
      case 'image':
        this.addImage(part);
        break;
      default:
        if (typeof part.text === 'string' || typeof part.type !== 'string') this.addText('text', text);
        else this.pieces.push({ kind: 'vendor', value: part });
    }
  }
}

/** Mistral's models send a list of texts. */
function readThinking({ thinking, reasoning }: JsonRecord): string | undefined {
  if (!Array.isArray(thinking)) return readText(thinking) ?? readText(reasoning);
  return readText(thinking.map((part) => readText(readRecord(part).text) ?? '').join(''));
}

function readToolCall(call: JsonRecord): ToolCallFragment {
  const custom = isRecord(call.custom) ? call.custom : undefined;
  const called = custom ?? (isRecord(call.function) ? call.function : call);
  const index = call.index;
  return {
    index: typeof index === 'number' && Number.isInteger(index) ? index : undefined,
    id: readText(call.id),
    name: readText(called.name),
    arguments: called.arguments,
    ...(custom !== undefined && { input: readString(custom.input) ?? '' }),
  };
}
