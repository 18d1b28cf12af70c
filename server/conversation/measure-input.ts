import { readImageSize } from '../lib/image-size.ts';
import type { DocumentPart, MediaSource, Message, Part } from './message.ts';
import type { Tool } from './request.ts';

/** The part of a request from which its input tokens are estimated. */
export interface MeasuredRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
}

/**
 * The input of a request by kind, each weighted with the tokens that models charge for it on average. What a particular
 * model charges for a kind is learned in `ledger/token-estimator`.
 */
export interface InputMeasure {
  readonly words: number;
  readonly letters: number;
  /** Number of words with at least 5, 7 and 10 letters, which tokenizers tend to split. */
  readonly words5: number;
  readonly words7: number;
  readonly words10: number;
  readonly ideographs: number;
  readonly digits: number;
  readonly signs: number;
  readonly signRuns: number;
  readonly blanks: number;
  readonly tools: number;
  /** A fixed amount if there are any tools, for the vendor's instructions on how to call them. */
  readonly toolUse: number;
  readonly calls: number;
  readonly turns: number;
  readonly imageArea: number;
  readonly imageTiles: number;
  readonly images: number;
  readonly documents: number;
}

/** Kinds of input, in the order in which they are stored. New kinds must be appended. */
export const inputKinds = [
  ...(['words', 'letters', 'words5', 'words7', 'words10', 'ideographs', 'digits', 'signs', 'signRuns'] as const),
  ...(['blanks', 'tools', 'toolUse', 'calls', 'turns', 'imageArea', 'imageTiles', 'images', 'documents'] as const),
];

/** In tokens: rough averages of how the tokenizers of Anthropic, Google and OpenAI split prose, code and JSON. */
const tokensPerWord = 0.65;
/** Added for each letter of a word. */
const tokensPerLetter = 0.09;
const tokensPerIdeograph = 0.8;
const digitsPerToken = 3;
const tokensPerSign = 0.4;
const tokensPerSignRun = 0.25;
/** For each blank in a row except the first, which tokenizers join to a word. */
const tokensPerBlank = 0.25;
const tokensPerTurn = 4;
const tokensPerCall = 8;
const tokensForToolUse = 200;
/** Anthropic charges for an image's area, within bounds. */
const pixelsPerToken = 750;
const maxImageTokens = 1600;
const minImageTokens = 20;
/** OpenAI charges a base price and a price for each square tile of this many pixels a side. */
const tileLength = 512;
const tokensPerTile = 170;
const tokensPerImage = 85;
const unknownSize = { width: 1000, height: 1000 };
/** For a page of a PDF. The number of pages is estimated from the file's length. */
const tokensPerPage = 1500;
const bytesPerPage = 30_000;

/** Measures a request in one pass. Takes a few milliseconds per megabyte of text. */
export function measureInput({ messages, tools }: MeasuredRequest): InputMeasure {
  const measure = new Measure();
  for (const message of messages) {
    measure.turns += tokensPerTurn;
    if (message.name !== undefined) measure.addText(message.name);
    for (const part of message.parts) measure.addPart(part);
  }
  if (tools.length > 0) measure.toolUse = tokensForToolUse;
  for (const tool of tools) measure.addTool(tool);
  return measure;
}

/** Measures one text, without a message around it. */
export function measureText(text: string): Measure {
  const measure = new Measure();
  measure.addText(text);
  return measure;
}

/** Roughly estimates the tokens of one text for any model. */
export function guessTextTokens(text: string): number {
  return measureText(text).textTokens();
}

/** Roughly estimates the tokens that Anthropic charges for an image. @param data base64 */
export function measureImage(data: string): number {
  const { width, height } = readImageSize(data) ?? unknownSize;
  return Math.min(maxImageTokens, (width * height) / pixelsPerToken);
}

class Measure implements InputMeasure {
  words = 0;
  letters = 0;
  words5 = 0;
  words7 = 0;
  words10 = 0;
  ideographs = 0;
  digits = 0;
  signs = 0;
  signRuns = 0;
  blanks = 0;
  tools = 0;
  toolUse = 0;
  calls = 0;
  turns = 0;
  imageArea = 0;
  imageTiles = 0;
  images = 0;
  documents = 0;

  addTool(tool: Tool): void {
    const declared = tool.type === 'vendor' ? tool.value : [tool.name, tool.description, tool.parameters];
    this.tools += guessTextTokens(JSON.stringify(declared));
  }

  textTokens(): number {
    const { words, letters, ideographs, digits, signs, signRuns, blanks } = this;
    return words + letters + ideographs + digits + signs + signRuns + blanks;
  }

  addPart(part: Part): void {
    switch (part.type) {
      case 'text':
      case 'reasoning':
      case 'refusal':
        this.addText(part.text);
        break;
      case 'tool-call':
        this.calls += tokensPerCall;
        this.addText(part.name);
        this.addText(part.arguments);
        break;
      case 'tool-result':
        this.calls += tokensPerCall;
        for (const inner of part.parts) this.addPart(inner);
        break;
      case 'image':
        this.#addImage(part.source, part.detail === 'low');
        break;
      case 'document':
        this.#addDocument(part.source);
        break;
      case 'audio':
        this.documents += pagesOf(part.source) * tokensPerPage;
        break;
      case 'vendor':
        this.addText(JSON.stringify(part.value));
    }
  }

  /** Counts runs of letters, digits, signs and blanks character by character. */
  addText(text: string): void {
    let index = 0;
    while (index < text.length) {
      const kind = kindOf(text.charCodeAt(index));
      let end = index + 1;
      while (end < text.length && kindOf(text.charCodeAt(end)) === kind) end += 1;
      this.#addRun(kind, end - index);
      index = end;
    }
  }

  #addRun(kind: CharacterKind, length: number): void {
    switch (kind) {
      case letter:
        this.words += tokensPerWord;
        this.letters += length * tokensPerLetter;
        if (length >= 5) this.words5 += 1;
        if (length >= 7) this.words7 += 1;
        if (length >= 10) this.words10 += 1;
        break;
      case ideograph:
        this.ideographs += length * tokensPerIdeograph;
        break;
      case digit:
        this.digits += Math.ceil(length / digitsPerToken);
        break;
      case blank:
        this.blanks += (length - 1) * tokensPerBlank;
        break;
      default:
        this.signs += length * tokensPerSign;
        this.signRuns += tokensPerSignRun;
    }
  }

  #addImage(source: MediaSource, isLow: boolean): void {
    const { width, height } = (source.type === 'base64' ? readImageSize(source.data) : undefined) ?? unknownSize;
    this.images += tokensPerImage;
    if (isLow) return;
    this.imageArea += Math.min(maxImageTokens, Math.max(minImageTokens, (width * height) / pixelsPerToken));
    this.imageTiles += Math.ceil(width / tileLength) * Math.ceil(height / tileLength) * tokensPerTile;
  }

  #addDocument(source: DocumentPart['source']): void {
    if (source.type === 'text') this.addText(source.text);
    else if (source.type === 'parts') for (const part of source.parts) this.addPart(part);
    else this.documents += pagesOf(source) * tokensPerPage;
  }
}

function pagesOf(source: MediaSource): number {
  return source.type === 'url' ? 1 : Math.max(1, Math.ceil((source.data.length * 3) / 4 / bytesPerPage));
}

const letter = 0;
const digit = 1;
const blank = 2;
const sign = 3;
const ideograph = 4;
type CharacterKind = typeof letter | typeof digit | typeof blank | typeof sign | typeof ideograph;

/** @param code a UTF-16 code unit. A character outside the Basic Multilingual Plane counts as two signs. */
function kindOf(code: number): CharacterKind {
  if (code < 0x80) return asciiKinds[code] ?? sign;
  if (signRanges.some(([first, last]) => code >= first && code <= last)) return sign;
  return ideographRanges.some(([first, last]) => code >= first && code <= last) ? ideograph : letter;
}

/** Latin-1 and general punctuation, arrows, shapes, CJK and full-width punctuation, surrogates. */
const signRanges = [
  ...([
    [0x80, 0xbf],
    [0x2000, 0x2bff],
    [0x3000, 0x303f],
    [0xd800, 0xdfff],
  ] as const),
  ...([
    [0xfe30, 0xfe4f],
    [0xff00, 0xff0f],
    [0xff1a, 0xff20],
    [0xff3b, 0xff40],
    [0xff5b, 0xff65],
  ] as const),
];
/** Chinese, Japanese and Korean characters. */
const ideographRanges = [
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
] as const;

const asciiKinds = Array.from({ length: 0x80 }, (_, code): CharacterKind => {
  const character = String.fromCharCode(code);
  if (/[a-z]/i.test(character)) return letter;
  if (/\d/.test(character)) return digit;
  return /\s/.test(character) ? blank : sign;
});
