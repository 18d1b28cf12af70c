import type { ImagePart, Message, Part, ReasoningPart, TextPart, ToolCallPart } from '../../conversation/message.ts';
import { placePart } from '../../conversation/part-places.ts';
import { readMedia } from '../../conversation/read-media.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import type { CacheBreakpoint } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, type JsonRecord, readArray, readText } from '../../lib/json.ts';
import { shorten } from '../../lib/shorten.ts';
import type { ShapeReader } from '../dialect.ts';
import { requireShallow } from '../openai/parse-body.ts';
import { invalidParameter, parseParameter } from '../openai/validation-failure.ts';
import { imageId, readImage } from './answer-images.ts';
import { readCacheMark } from './cache-mark.ts';
import { decodeAudio, decodeFile, readVideo } from './decode-media.ts';
import { readReasoningPart } from './decode-reasoning.ts';
import { chatName } from './name.ts';
import { withFunctionCalls, withOwnParts } from './own-forms.ts';
import { readPlainMessage } from './read-plain.ts';
import { readReasoningDetails } from './reasoning-details.ts';
import { messageSchema, type WireMessage } from './schema.ts';

export interface DecodedMessages {
  readonly messages: readonly Message[];
  /** True if every message can be sent to the upstream unchanged. */
  readonly plain: boolean;
}

/**
 * Decodes the request's `messages`.
 *
 * @param foreign readers for parts in other dialects' formats
 * @throws Failure that names the invalid part
 */
export function decodeMessages(
  values: readonly unknown[],
  notes: TranslationLog,
  foreign: readonly ShapeReader[] = [],
): DecodedMessages {
  const messages: Message[] = [];
  let plain = true;
  /** Ids of legacy calls without a result yet, by function name. */
  const openCalls = new Map<string, string>();
  for (const [index, value] of values.entries()) {
    const message = readPlainMessage(value);
    if (message !== undefined) {
      messages.push(message);
      continue;
    }
    plain = false;
    const parameter = `messages[${index}]`;
    const wire = parseParameter(messageSchema, withFunctionCalls(withOwnParts(value), parameter), parameter);
    messages.push(new MessageDecoder(parameter, index, notes, { openCalls, foreign }).decode(wire));
  }
  return { messages, plain };
}

interface History {
  /** Ids of legacy calls without a result yet, by function name. */
  readonly openCalls: Map<string, string>;
  /** Readers for parts in other dialects' formats. */
  readonly foreign: readonly ShapeReader[];
}

/** Decodes one message that needs cleaning, and adds warnings about losses. */
class MessageDecoder {
  readonly #parameter: string;
  readonly #index: number;
  readonly #notes: TranslationLog;
  readonly #openCalls: Map<string, string>;
  readonly #foreign: readonly ShapeReader[];

  constructor(parameter: string, index: number, notes: TranslationLog, { openCalls, foreign }: History) {
    this.#parameter = parameter;
    this.#index = index;
    this.#notes = notes;
    this.#openCalls = openCalls;
    this.#foreign = foreign;
  }

  decode(wire: WireMessage): Message {
    const name = typeof wire.name === 'string' ? { name: wire.name } : {};
    this.#warnOfUnknown(wire, this.#parameter, messageMembers[wire.role]);
    switch (wire.role) {
      case 'system':
      case 'developer':
        return { role: wire.role, parts: this.#markLast(wire, this.#decodeTexts(wire.content)), ...name };
      case 'user':
        return { role: 'user', parts: this.#markLast(wire, this.#decodeUserContent(wire.content)), ...name };
      case 'tool': {
        const parts = this.#markLast(wire, this.#decodeToolContent(wire.content));
        return { role: 'user', parts: [{ type: 'tool-result', callId: wire.tool_call_id, parts, ...name }] };
      }
      case 'function': {
        const callId = this.#openCalls.get(wire.name);
        if (callId === undefined) {
          const parameter = `${this.#parameter}.name`;
          const message = `Invalid '${parameter}': no function_call named '${shorten(wire.name)}' precedes this function message.`;
          throw invalidParameter(parameter, 'unsupported-value', message);
        }
        this.#openCalls.delete(wire.name);
        const parts: Part[] = [{ type: 'text', text: wire.content ?? '' }];
        return { role: 'user', parts: [{ type: 'tool-result', callId, name: wire.name, parts }] };
      }
      case 'assistant':
        return { ...this.#decodeAssistant(wire), ...name };
    }
  }

  #decodeAssistant(wire: WireMessage & { role: 'assistant' }): Message {
    const calls = this.#decodeCalls(wire);
    const images = this.#decodeImages(wire);
    const ids = new Set([...calls.map(({ id }) => id), ...images.map((_, index) => imageId(index))]);
    const { reasoning, proofs } = readReasoningDetails(readArray(wire.reasoning_details), ids);
    const thoughts = reasoning.length > 0 ? reasoning : readReasoning(wire);
    const parts: Part[] = [...thoughts, ...this.#decodeAssistantContent(wire.content)];
    if (wire.refusal) parts.push({ type: 'refusal', text: wire.refusal });
    const proven = [
      ...images.map((image, index) => withProof(image, proofs.get(imageId(index)))),
      ...calls.map((call) => withProof(call, proofs.get(call.id))),
    ];
    return { role: 'assistant', parts: [...this.#markLast(wire, parts), ...proven] };
  }

  /** Drops empty texts, whether the content is a string or a list. */
  #decodeAssistantContent(content: (WireMessage & { role: 'assistant' })['content']): Part[] {
    if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
    return (content ?? []).flatMap((part, index): Part[] => {
      if (isText(part)) return part.text === '' ? [] : [this.#decodeText(part, index)];
      if (isRefusal(part)) return [{ type: 'refusal', text: part.refusal }];
      if (isImage(part)) return [this.#decodeImage(part, index)];
      const read = this.#readForeign(part, `${this.#parameter}.content[${index}]`) ?? readReasoningPart(part);
      if (read?.type === 'reasoning' && read.text === '' && read.proof === undefined) return [];
      return [this.#checkPlace(read, part, index, 'assistant', assistantParts)];
    });
  }

  /** Some clients send other things under this name. */
  #decodeImages(wire: WireMessage & { role: 'assistant' }): ImagePart[] {
    return readArray(wire.images).flatMap((value, index) => {
      const parameter = `${this.#parameter}.images[${index}]`;
      const image = readImage(value);
      if (image === undefined) this.#notes.dropped(parameter, 'It has no image.');
      return image === undefined ? [] : [placePart(image, parameter)];
    });
  }

  #decodeCalls(wire: WireMessage & { role: 'assistant' }): ToolCallPart[] {
    const calls = (wire.tool_calls ?? []).map(
      ({ id, function: called }): ToolCallPart => ({
        type: 'tool-call',
        id,
        name: called.name,
        arguments: argumentsText(called.arguments),
      }),
    );
    if (wire.function_call) {
      const { name, arguments: written } = wire.function_call;
      const id = `call_message_${this.#index}`;
      this.#openCalls.set(name, id);
      calls.push({ type: 'tool-call', id, name, arguments: argumentsText(written) });
    }
    return calls;
  }

  #decodeTexts(content: string | readonly WireTextPart[]): readonly TextPart[] {
    if (typeof content === 'string') return [{ type: 'text', text: content }];
    return content.map((part, index) => this.#decodeText(part, index));
  }

  #decodeToolContent(content: (WireMessage & { role: 'tool' })['content']): readonly Part[] {
    if (typeof content === 'string') return [{ type: 'text', text: content }];
    return (content ?? []).map((part, index) => {
      if (isText(part)) return this.#decodeText(part, index);
      if (isImage(part)) return this.#decodeImage(part, index);
      return this.#requireForeign(part, index, 'tool', resultParts);
    });
  }

  #decodeUserContent(content: (WireMessage & { role: 'user' })['content']): readonly Part[] {
    if (typeof content === 'string') return [{ type: 'text', text: content }];
    return content.map((part, index) => {
      if (isText(part)) return this.#decodeText(part, index);
      if (isImage(part)) return this.#decodeImage(part, index);
      return this.#decodeOther(part, index);
    });
  }

  #decodeText(part: WireTextPart, index: number): TextPart {
    this.#warnOfUnknown(part, `${this.#parameter}.content[${index}]`, textMembers);
    return { type: 'text', text: part.text, ...cacheMarkOf(part) };
  }

  #decodeImage(part: WireImagePart, index: number): ImagePart {
    const parameter = `${this.#parameter}.content[${index}]`;
    this.#warnOfUnknown(part, parameter, imageMembers);
    const image = part.image_url;
    const marks = cacheMarkOf(part);
    if (typeof image === 'string') return { type: 'image', source: readMedia(image), ...marks };
    const detail = typeof image.detail === 'string' ? { detail: image.detail } : {};
    return { type: 'image', source: readMedia(image.url), ...detail, ...marks };
  }

  #decodeOther(part: TypedPart, index: number): Part {
    const parameter = `${this.#parameter}.content[${index}]`;
    if (part.type === 'input_audio') return placePart(decodeAudio(part, parameter), parameter);
    if (part.type === 'file' || part.type === 'input_file') return placePart(decodeFile(part, parameter), parameter);
    if (part.type === 'refusal') {
      const message = `Content parts of type '${shorten(part.type)}' are not supported in a user message.`;
      throw invalidParameter(`${parameter}.type`, 'unsupported-value', message);
    }
    const foreign = this.#readForeign(part, parameter);
    if (foreign !== undefined) return this.#checkPlace(foreign, part, index, 'user', userParts);
    requireShallow(part, parameter);
    const video = readVideo(part);
    const otherwise = video === undefined ? {} : { otherwise: placePart(video, parameter) };
    return { type: 'vendor', dialect: chatName, value: part, ...otherwise };
  }

  #readForeign(part: JsonRecord, parameter: string): Part | undefined {
    for (const reader of this.#foreign) {
      const read = reader.readPart(part, parameter);
      if (read !== undefined) return read;
    }
    return undefined;
  }

  /** Decodes a part of another dialect. @throws Failure for any other part */
  #requireForeign(part: TypedPart, index: number, role: string, allowed: ReadonlySet<Part['type']>): Part {
    const read = this.#readForeign(part, `${this.#parameter}.content[${index}]`);
    return this.#checkPlace(read, part, index, role, allowed);
  }

  #checkPlace(
    read: Part | undefined,
    { type }: TypedPart,
    index: number,
    role: string,
    allowed: ReadonlySet<Part['type']>,
  ): Part {
    if (read !== undefined && allowed.has(read.type)) return read;
    const parameter = `${this.#parameter}.content[${index}].type`;
    const message = `Content parts of type '${shorten(type)}' are not supported in a message of role '${role}'.`;
    throw invalidParameter(parameter, 'unsupported-value', message);
  }

  /** Moves a cache mark on a message to its last text or image. */
  #markLast<Content extends Part>(wire: WireMessage, parts: readonly Content[]): readonly Content[] {
    if (!isRecord(wire.cache_control)) return parts;
    const last = parts.findLastIndex((part) => part.type === 'text' || part.type === 'image');
    if (last === -1)
      this.#notes.dropped(
        `${this.#parameter}.cache_control`,
        'The message has no text or image to mark for the cache.',
      );
    const cacheBreakpoint = readCacheMark(wire.cache_control);
    return parts.map((part, index) => (index === last ? { ...part, cacheBreakpoint } : part));
  }

  #warnOfUnknown(value: JsonRecord, parameter: string, known: ReadonlySet<string>): void {
    for (const key in value) {
      if (known.has(key) || value[key] === null) continue;
      this.#notes.dropped(`${parameter}.${key}`, 'This member is not forwarded.');
    }
  }
}

function withProof<Proven extends ImagePart | ToolCallPart>(part: Proven, proof: ReasoningProof | undefined): Proven {
  return proof === undefined ? part : { ...part, proof };
}

/** Reads reasoning text without proofs, under DeepSeek's or OpenRouter's field name. */
function readReasoning(wire: WireMessage & { role: 'assistant' }): ReasoningPart[] {
  const text = readText(wire.reasoning_content) ?? readText(wire.reasoning);
  return text === undefined ? [] : [{ type: 'reasoning', text }];
}

type TypedPart = JsonRecord & { readonly type: string };
type WireTextPart = { readonly type: 'text'; readonly text: string } & JsonRecord;
type WireImagePart = {
  readonly type: 'image_url';
  readonly image_url: string | { readonly url: string; readonly detail?: string | null | undefined };
} & JsonRecord;

function isText(part: { readonly type: string }): part is WireTextPart {
  return part.type === 'text';
}

function isRefusal(part: { readonly type: string }): part is TypedPart & { readonly refusal: string } {
  return part.type === 'refusal';
}

function isImage(part: { readonly type: string }): part is WireImagePart {
  return part.type === 'image_url';
}

/** Reads Anthropic's mark or OpenAI's own. Both mark the end of a prefix that should be cached. */
function cacheMarkOf(part: JsonRecord): { readonly cacheBreakpoint?: CacheBreakpoint } {
  const mark = isRecord(part.cache_control) ? part.cache_control : part.prompt_cache_breakpoint;
  return isRecord(mark) ? { cacheBreakpoint: readCacheMark(mark) } : {};
}

/** Vendors require JSON text. Some clients send an empty text for a call without arguments; some send an object. */
function argumentsText(written: string | JsonRecord | null | undefined): string {
  if (typeof written === 'string') return written.trim() === '' ? '{}' : written;
  return JSON.stringify(written ?? {});
}

/** The types of another dialect's parts that are allowed in a message of each role. */
const userParts: ReadonlySet<Part['type']> = new Set(['image', 'document', 'tool-result']);
const assistantParts: ReadonlySet<Part['type']> = new Set(['reasoning', 'tool-call']);
const resultParts: ReadonlySet<Part['type']> = new Set(['image', 'document']);

const textMembers: ReadonlySet<string> = new Set(['type', 'text', 'cache_control', 'prompt_cache_breakpoint']);
const imageMembers: ReadonlySet<string> = new Set(['type', 'image_url', 'cache_control', 'prompt_cache_breakpoint']);
const commonMembers = ['role', 'content', 'name', 'cache_control'];
const messageMembers: Readonly<Record<WireMessage['role'], ReadonlySet<string>>> = {
  system: new Set(commonMembers),
  developer: new Set(commonMembers),
  user: new Set(commonMembers),
  // Clients echo some members of an answer that have no meaning here: `parsed` and `annotations` are added by SDK
  // helpers.
  assistant: new Set([
    ...commonMembers,
    'refusal',
    'reasoning_content',
    'reasoning',
    'reasoning_details',
    'images',
    'tool_calls',
    'function_call',
    'parsed',
    'annotations',
  ]),
  tool: new Set([...commonMembers, 'tool_call_id']),
  function: new Set(commonMembers),
};
