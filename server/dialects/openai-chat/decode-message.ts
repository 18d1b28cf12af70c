import type { ImagePart, Message, Part, ReasoningPart, ToolCallPart } from '../../conversation/message.ts';
import { placePart } from '../../conversation/part-places.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, type JsonRecord, readArray, readText } from '../../lib/json.ts';
import { shorten } from '../../lib/shorten.ts';
import type { ShapeReader } from '../dialect.ts';
import { invalidParameter, parseParameter } from '../openai/validation-failure.ts';
import { imageId, readImage } from './answer-images.ts';
import { readCacheMark } from './cache-mark.ts';
import { ContentDecoder } from './content-decoder.ts';
import { withFunctionCalls, withOwnParts } from './own-forms.ts';
import { readPlainMessage } from './read-plain.ts';
import { readReasoningDetails } from './reasoning-details.ts';
import { messageSchema, type WireMessage } from './schema.ts';
import { noteUnknownMembers } from './unknown-members.ts';

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
  readonly #content: ContentDecoder;

  constructor(parameter: string, index: number, notes: TranslationLog, { openCalls, foreign }: History) {
    this.#parameter = parameter;
    this.#index = index;
    this.#notes = notes;
    this.#openCalls = openCalls;
    this.#content = new ContentDecoder(parameter, notes, foreign);
  }

  decode(wire: WireMessage): Message {
    const name = typeof wire.name === 'string' ? { name: wire.name } : {};
    noteUnknownMembers(wire, this.#parameter, messageMembers[wire.role], this.#notes);
    switch (wire.role) {
      case 'system':
      case 'developer':
        return { role: wire.role, parts: this.#markLast(wire, this.#content.decodeTexts(wire.content)), ...name };
      case 'user':
        return { role: 'user', parts: this.#markLast(wire, this.#content.decodeUserContent(wire.content)), ...name };
      case 'tool': {
        const parts = this.#markLast(wire, this.#content.decodeToolContent(wire.content));
        return { role: 'user', parts: [{ type: 'tool-result', callId: wire.tool_call_id, parts, ...name }] };
      }
      case 'function':
        return this.#decodeFunctionResult(wire);
      case 'assistant':
        return { ...this.#decodeAssistant(wire), ...name };
    }
  }

  /** Decodes a result in the legacy format, which names its call by the function. */
  #decodeFunctionResult({ name, content }: WireMessage & { role: 'function' }): Message {
    const callId = this.#openCalls.get(name);
    if (callId === undefined) {
      const parameter = `${this.#parameter}.name`;
      const message = `Invalid '${parameter}': no function_call named '${shorten(name)}' precedes this function message.`;
      throw invalidParameter(parameter, 'unsupported-value', message);
    }
    this.#openCalls.delete(name);
    const parts: Part[] = [{ type: 'text', text: content ?? '' }];
    return { role: 'user', parts: [{ type: 'tool-result', callId, name, parts }] };
  }

  #decodeAssistant(wire: WireMessage & { role: 'assistant' }): Message {
    const calls = this.#decodeCalls(wire);
    const images = this.#decodeImages(wire);
    const ids = new Set([...calls.map(({ id }) => id), ...images.map((_, index) => imageId(index))]);
    const { reasoning, proofs } = readReasoningDetails(readArray(wire.reasoning_details), ids);
    const thoughts = reasoning.length > 0 ? reasoning : readReasoning(wire);
    const parts: Part[] = [...thoughts, ...this.#content.decodeAssistantContent(wire.content)];
    if (wire.refusal) parts.push({ type: 'refusal', text: wire.refusal });
    const proven = [
      ...images.map((image, index) => withProof(image, proofs.get(imageId(index)))),
      ...calls.map((call) => withProof(call, proofs.get(call.id))),
    ];
    return { role: 'assistant', parts: [...this.#markLast(wire, parts), ...proven] };
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
}

function withProof<Proven extends ImagePart | ToolCallPart>(part: Proven, proof: ReasoningProof | undefined): Proven {
  return proof === undefined ? part : { ...part, proof };
}

/** Reads reasoning text without proofs, under DeepSeek's or OpenRouter's field name. */
function readReasoning(wire: WireMessage & { role: 'assistant' }): ReasoningPart[] {
  const text = readText(wire.reasoning_content) ?? readText(wire.reasoning);
  return text === undefined ? [] : [{ type: 'reasoning', text }];
}

/** Vendors require JSON text. Some clients send an empty text for a call without arguments; some send an object. */
function argumentsText(written: string | JsonRecord | null | undefined): string {
  if (typeof written === 'string') return written.trim() === '' ? '{}' : written;
  return JSON.stringify(written ?? {});
}

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
