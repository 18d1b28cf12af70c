import type {
  AssistantMessage,
  ImagePart,
  Message,
  OpaquePart,
  ReasoningPart,
  RefusalPart,
  TextPart,
  ToolCall,
} from '../../conversation/request.ts';
import type { WarningCollector } from '../../conversation/warnings.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { shorten } from '../../lib/shorten.ts';
import { requireShallow } from './parse-body.ts';
import { readPlainMessage } from './read-plain.ts';
import { messageSchema, type WireMessage } from './schema.ts';
import { invalidParameter, parseParameter } from './validation-failure.ts';

export interface DecodedMessages {
  readonly messages: readonly Message[];
  /** True when every message was in a form that the upstream takes as it stands. */
  readonly plain: boolean;
}

/**
 * @param values the request's `messages`
 * @throws Failure naming the message's part that is wrong
 */
export function decodeMessages(values: readonly unknown[], warnings: WarningCollector): DecodedMessages {
  const messages: Message[] = [];
  let plain = true;
  /** By function name, the ids given to legacy calls that have no result yet. */
  const openCalls = new Map<string, string>();
  for (const [index, value] of values.entries()) {
    const message = readPlainMessage(value);
    if (message !== undefined) {
      messages.push(message);
      continue;
    }
    plain = false;
    const parameter = `messages[${index}]`;
    refuseCustomToolCalls(value, parameter);
    const wire = parseParameter(messageSchema, value, parameter);
    messages.push(new MessageDecoder(parameter, index, warnings, openCalls).decode(wire));
  }
  return { messages, plain };
}

/** Decodes one message that needs cleaning, and warns of what is lost. */
class MessageDecoder {
  readonly #parameter: string;
  readonly #index: number;
  readonly #warnings: WarningCollector;
  readonly #openCalls: Map<string, string>;

  constructor(parameter: string, index: number, warnings: WarningCollector, openCalls: Map<string, string>) {
    this.#parameter = parameter;
    this.#index = index;
    this.#warnings = warnings;
    this.#openCalls = openCalls;
  }

  decode(wire: WireMessage): Message {
    const name = typeof wire.name === 'string' ? { name: wire.name } : {};
    this.#warnOfUnknown(wire, this.#parameter, messageMembers[wire.role]);
    switch (wire.role) {
      case 'system':
      case 'developer':
        return { role: wire.role, content: this.#markLast(wire, this.#decodeTexts(wire.content)), ...name };
      case 'user':
        return { role: 'user', content: this.#markLast(wire, this.#decodeUserContent(wire.content)), ...name };
      case 'tool': {
        const content = this.#markLast(wire, this.#decodeToolContent(wire.content));
        return { role: 'tool', toolCallId: wire.tool_call_id, content, ...name };
      }
      case 'function': {
        const toolCallId = this.#openCalls.get(wire.name);
        if (toolCallId === undefined) {
          const parameter = `${this.#parameter}.name`;
          const message = `Invalid '${parameter}': no function_call named '${shorten(wire.name)}' precedes this function message.`;
          throw invalidParameter(parameter, 'unsupported-value', message);
        }
        this.#openCalls.delete(wire.name);
        return { role: 'tool', toolCallId, content: [{ type: 'text', text: wire.content ?? '' }], name: wire.name };
      }
      case 'assistant':
        return { ...this.#decodeAssistant(wire), ...name };
    }
  }

  #decodeAssistant(wire: WireMessage & { role: 'assistant' }): AssistantMessage {
    const parts: (TextPart | RefusalPart | ReasoningPart)[] = [];
    if (wire.reasoning_content) parts.push({ type: 'reasoning', text: wire.reasoning_content });
    if (typeof wire.content === 'string') {
      if (wire.content !== '') parts.push({ type: 'text', text: wire.content });
    } else {
      for (const [index, part] of (wire.content ?? []).entries()) {
        if (part.type === 'text') parts.push(this.#decodeText(part, index));
        else parts.push({ type: 'refusal', text: part.refusal });
      }
    }
    if (wire.refusal) parts.push({ type: 'refusal', text: wire.refusal });
    const toolCalls: ToolCall[] = (wire.tool_calls ?? []).map((call) => ({
      id: call.id,
      name: call.function.name,
      arguments: argumentsText(call.function.arguments),
    }));
    if (wire.function_call) {
      const { name, arguments: written } = wire.function_call;
      const id = `call_message_${this.#index}`;
      this.#openCalls.set(name, id);
      toolCalls.push({ id, name, arguments: argumentsText(written) });
    }
    return { role: 'assistant', content: this.#markLast(wire, parts), toolCalls };
  }

  #decodeTexts(content: string | readonly WireTextPart[]): readonly TextPart[] {
    if (typeof content === 'string') return [{ type: 'text', text: content }];
    return content.map((part, index) => this.#decodeText(part, index));
  }

  #decodeToolContent(content: (WireMessage & { role: 'tool' })['content']): readonly (TextPart | ImagePart)[] {
    if (typeof content === 'string') return [{ type: 'text', text: content }];
    return content.map((part, index) =>
      part.type === 'text' ? this.#decodeText(part, index) : this.#decodeImage(part, index),
    );
  }

  #decodeUserContent(
    content: (WireMessage & { role: 'user' })['content'],
  ): readonly (TextPart | ImagePart | OpaquePart)[] {
    if (typeof content === 'string') return [{ type: 'text', text: content }];
    return content.map((part, index) => {
      if (isText(part)) return this.#decodeText(part, index);
      if (isImage(part)) return this.#decodeImage(part, index);
      return this.#decodeOther(part, index);
    });
  }

  #decodeText(part: WireTextPart, index: number): TextPart {
    this.#warnOfUnknown(part, `${this.#parameter}.content[${index}]`, textMembers);
    return { type: 'text', text: part.text, ...(isCacheMark(part) && { cacheBreakpoint: true }) };
  }

  #decodeImage(part: WireImagePart, index: number): ImagePart {
    const parameter = `${this.#parameter}.content[${index}]`;
    this.#warnOfUnknown(part, parameter, imageMembers);
    if (isCacheMark(part)) this.#warnings.add(`${parameter}.cache_control`, 'A cache mark on an image is not sent on.');
    const image = part.image_url;
    if (typeof image === 'string') return { type: 'image', url: image };
    return { type: 'image', url: image.url, ...(typeof image.detail === 'string' && { detail: image.detail }) };
  }

  #decodeOther(part: JsonRecord & { readonly type: string }, index: number): OpaquePart {
    const parameter = `${this.#parameter}.content[${index}]`;
    if (!refusedParts.has(part.type)) {
      requireShallow(part, parameter);
      return { type: 'opaque', value: part };
    }
    const message = `Content parts of type '${shorten(part.type)}' are not supported: the upstream takes text and images only.`;
    throw invalidParameter(`${parameter}.type`, 'unsupported-value', message);
  }

  /** A cache mark on a message means the end of its last text part. */
  #markLast<Part extends { readonly type: string }>(wire: WireMessage, parts: readonly Part[]): readonly Part[] {
    if (!isRecord(wire.cache_control)) return parts;
    const last = parts.findLastIndex((part) => part.type === 'text');
    if (last === -1) this.#warnings.add(`${this.#parameter}.cache_control`, 'There is no text to mark for the cache.');
    return parts.map((part, index) => (index === last ? { ...part, cacheBreakpoint: true } : part));
  }

  #warnOfUnknown(value: JsonRecord, parameter: string, known: ReadonlySet<string>): void {
    for (const key in value) {
      if (known.has(key) || value[key] === null) continue;
      this.#warnings.add(`${parameter}.${key}`, 'This member is not sent on.');
    }
  }
}

type WireTextPart = { readonly type: 'text'; readonly text: string } & JsonRecord;
type WireImagePart = {
  readonly type: 'image_url';
  readonly image_url: string | { readonly url: string; readonly detail?: string | null | undefined };
} & JsonRecord;

function isText(part: { readonly type: string }): part is WireTextPart {
  return part.type === 'text';
}

function isImage(part: { readonly type: string }): part is WireImagePart {
  return part.type === 'image_url';
}

/** Anthropic's mark or OpenAI's own; both end a prefix that is worth caching. */
function isCacheMark(part: JsonRecord): boolean {
  return isRecord(part.cache_control) || isRecord(part.prompt_cache_breakpoint);
}

/** Clients write the arguments of a call without any as an empty text, some the object itself: vendors want JSON text. */
function argumentsText(written: string | JsonRecord | null | undefined): string {
  if (typeof written === 'string') return written.trim() === '' ? '{}' : written;
  return JSON.stringify(written ?? {});
}

function refuseCustomToolCalls(message: unknown, parameter: string): void {
  if (!isRecord(message) || !Array.isArray(message.tool_calls)) return;
  const index = message.tool_calls.findIndex((call) => isRecord(call) && call.type === 'custom');
  if (index === -1) return;
  const type = `${parameter}.tool_calls[${index}].type`;
  throw invalidParameter(type, 'unsupported-value', `Invalid value: 'custom'. Supported values are: 'function'.`);
}

/** Parts that OpenAI knows and the upstream does not take. */
const refusedParts: ReadonlySet<string> = new Set(['input_audio', 'file', 'input_file', 'refusal']);

const textMembers: ReadonlySet<string> = new Set(['type', 'text', 'cache_control', 'prompt_cache_breakpoint']);
const imageMembers: ReadonlySet<string> = new Set(['type', 'image_url', 'cache_control', 'prompt_cache_breakpoint']);
const commonMembers = ['role', 'content', 'name', 'cache_control'];
const messageMembers: Readonly<Record<WireMessage['role'], ReadonlySet<string>>> = {
  system: new Set(commonMembers),
  developer: new Set(commonMembers),
  user: new Set(commonMembers),
  // What clients echo of an answer without meaning anything by it: `parsed` and `annotations` come from SDK helpers.
  assistant: new Set([
    ...commonMembers,
    'refusal',
    'reasoning_content',
    'tool_calls',
    'function_call',
    'parsed',
    'annotations',
  ]),
  tool: new Set([...commonMembers, 'tool_call_id']),
  function: new Set(commonMembers),
};
