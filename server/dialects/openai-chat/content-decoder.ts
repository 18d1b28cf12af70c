import type { CacheBreakpoint, DocumentPart, ImagePart, Part, TextPart } from '../../conversation/message.ts';
import { placePart } from '../../conversation/part-places.ts';
import { readMedia } from '../../conversation/read-media.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { shorten } from '../../lib/shorten.ts';
import type { ShapeReader } from '../dialect.ts';
import { requireShallow } from '../openai/parse-body.ts';
import { invalidParameter } from '../openai/validation-failure.ts';
import { readCacheMark } from './cache-mark.ts';
import { decodeAudio, decodeFile, readVideo } from './decode-media.ts';
import { readReasoningPart } from './decode-reasoning.ts';
import { chatName } from './name.ts';
import type { WireMessage } from './schema.ts';
import { noteUnknownMembers } from './unknown-members.ts';

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

function isFile(part: { readonly type: string }): boolean {
  return part.type === 'file' || part.type === 'input_file';
}

function isImage(part: { readonly type: string }): part is WireImagePart {
  return part.type === 'image_url';
}

/** Reads Anthropic's mark or OpenAI's own. Both mark the end of a prefix that should be cached. */
function cacheMarkOf(part: JsonRecord): { readonly cacheBreakpoint?: CacheBreakpoint } {
  const mark = isRecord(part.cache_control) ? part.cache_control : part.prompt_cache_breakpoint;
  return isRecord(mark) ? { cacheBreakpoint: readCacheMark(mark) } : {};
}

/** The types of another dialect's parts that are allowed in a message of each role. */
const userParts: ReadonlySet<Part['type']> = new Set(['image', 'document', 'tool-result']);
const assistantParts: ReadonlySet<Part['type']> = new Set(['reasoning', 'tool-call']);
const resultParts: ReadonlySet<Part['type']> = new Set(['image', 'document']);

const textMembers: ReadonlySet<string> = new Set(['type', 'text', 'cache_control', 'prompt_cache_breakpoint']);
const imageMembers: ReadonlySet<string> = new Set(['type', 'image_url', 'cache_control', 'prompt_cache_breakpoint']);
/** Decodes the content of one message, whose parts depend on its role. */
export class ContentDecoder {
  readonly #parameter: string;
  readonly #notes: TranslationLog;
  readonly #foreign: readonly ShapeReader[];

  /**
   * @param parameter of the message
   * @param foreign readers for parts in other dialects' formats
   */
  constructor(parameter: string, notes: TranslationLog, foreign: readonly ShapeReader[]) {
    this.#parameter = parameter;
    this.#notes = notes;
    this.#foreign = foreign;
  }

  /** Drops empty texts, whether the content is a string or a list. */
  decodeAssistantContent(content: (WireMessage & { role: 'assistant' })['content']): Part[] {
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

  decodeTexts(content: string | readonly WireTextPart[]): readonly TextPart[] {
    if (typeof content === 'string') return [{ type: 'text', text: content }];
    return content.map((part, index) => this.#decodeText(part, index));
  }

  decodeToolContent(content: (WireMessage & { role: 'tool' })['content']): readonly Part[] {
    if (typeof content === 'string') return [{ type: 'text', text: content }];
    return (content ?? []).map((part, index) => {
      if (isText(part)) return this.#decodeText(part, index);
      if (isImage(part)) return this.#decodeImage(part, index);
      if (isFile(part)) return this.#decodeFile(part, index);
      return this.#requireForeign(part, index, 'tool', resultParts);
    });
  }

  decodeUserContent(content: (WireMessage & { role: 'user' })['content']): readonly Part[] {
    if (typeof content === 'string') return [{ type: 'text', text: content }];
    return content.map((part, index) => {
      if (isText(part)) return this.#decodeText(part, index);
      if (isImage(part)) return this.#decodeImage(part, index);
      return this.#decodeOther(part, index);
    });
  }

  #decodeText(part: WireTextPart, index: number): TextPart {
    noteUnknownMembers(part, `${this.#parameter}.content[${index}]`, textMembers, this.#notes);
    return { type: 'text', text: part.text, ...cacheMarkOf(part) };
  }

  #decodeImage(part: WireImagePart, index: number): ImagePart {
    const parameter = `${this.#parameter}.content[${index}]`;
    noteUnknownMembers(part, parameter, imageMembers, this.#notes);
    const image = part.image_url;
    const marks = cacheMarkOf(part);
    if (typeof image === 'string') return { type: 'image', source: readMedia(image), ...marks };
    const detail = image.detail ? { detail: image.detail } : {};
    return { type: 'image', source: readMedia(image.url), ...detail, ...marks };
  }

  #decodeFile(part: TypedPart, index: number): DocumentPart {
    const parameter = `${this.#parameter}.content[${index}]`;
    return placePart(decodeFile(part, parameter), parameter);
  }

  #decodeOther(part: TypedPart, index: number): Part {
    const parameter = `${this.#parameter}.content[${index}]`;
    if (part.type === 'input_audio') return placePart(decodeAudio(part, parameter), parameter);
    if (isFile(part)) return this.#decodeFile(part, index);
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
}
