import { readImageSize } from '../lib/image-size.ts';
import type { DocumentPart, MediaSource, Message, Part } from './message.ts';
import type { Tool } from './request.ts';

/** What an estimate is made of; a part of every request. */
export interface MeasuredRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
}

/**
 * What of a request costs input tokens, each kind in about as many tokens as models charge for it. What a model really
 * charges for a kind is learned (`ledger/token-estimator`).
 */
export interface InputMeasure {
  readonly words: number;
  readonly letters: number;
  /** Words of 5 letters and more, of 7 and of 10: where tokenizers begin to cut. */
  readonly words5: number;
  readonly words7: number;
  readonly words10: number;
  readonly ideographs: number;
  readonly digits: number;
  readonly signs: number;
  readonly signRuns: number;
  readonly blanks: number;
  readonly tools: number;
  /** Whether there are any: vendors tell the model how to call them. */
  readonly toolUse: number;
  readonly calls: number;
  readonly turns: number;
  readonly imageArea: number;
  readonly imageTiles: number;
  readonly images: number;
  readonly documents: number;
}

/** Kinds of input, in the order in which they are kept. A kind that is new comes last. */
export const inputKinds = [
  ...(['words', 'letters', 'words5', 'words7', 'words10', 'ideographs', 'digits', 'signs', 'signRuns'] as const),
  ...(['blanks', 'tools', 'toolUse', 'calls', 'turns', 'imageArea', 'imageTiles', 'images', 'documents'] as const),
];

/** Tokens of one: rough means of what the tokenizers of Anthropic, Google and OpenAI make of prose, code and JSON. */
const priceOfWord = 0.65;
/** For each letter of a word. */
const priceOfLetter = 0.09;
const priceOfIdeograph = 0.8;
const digitsPerToken = 3;
const priceOfSign = 0.4;
const priceOfSignRun = 0.25;
/** For each blank in a row but the first, which the word behind it takes along. */
const priceOfBlank = 0.25;
const priceOfTurn = 4;
const priceOfCall = 8;
const priceOfToolUse = 200;
/** Anthropic's price of an image: its area by this, between bounds. */
const pixelsPerToken = 750;
const dearestImage = 1600;
const cheapestImage = 20;
/** OpenAI's: tiles of this length, in pixels, and a base. */
const tileLength = 512;
const priceOfTile = 170;
const priceOfImage = 85;
const unknownSize = { width: 1000, height: 1000 };
/** A page of a PDF, of which its length tells how many there may be. */
const priceOfPage = 1500;
const bytesPerPage = 30_000;

/** Reads all of a request once. Takes some milliseconds per megabyte of text. */
export function measureInput({ messages, tools }: MeasuredRequest): InputMeasure {
  const measure = new Measure();
  for (const message of messages) {
    measure.turns += priceOfTurn;
    if (message.name !== undefined) measure.addText(message.name);
    for (const part of message.parts) measure.addPart(part);
  }
  if (tools.length > 0) measure.toolUse = priceOfToolUse;
  for (const tool of tools) measure.addTool(tool);
  return measure;
}

/** Roughly the tokens of one text, for when it need not be known which kinds of characters they come from. */
export function measureText(text: string): number {
  const measure = new Measure();
  measure.addText(text);
  return measure.textTokens();
}

/** Roughly the tokens of an image, as Anthropic charges them. @param data base64 */
export function measureImage(data: string): number {
  const { width, height } = readImageSize(data) ?? unknownSize;
  return Math.min(dearestImage, (width * height) / pixelsPerToken);
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
    const apart = new Measure();
    apart.addText(JSON.stringify(declared));
    this.tools += apart.textTokens();
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
        this.calls += priceOfCall;
        this.addText(part.name);
        this.addText(part.arguments);
        break;
      case 'tool-result':
        this.calls += priceOfCall;
        for (const inner of part.parts) this.addPart(inner);
        break;
      case 'image':
        this.#addImage(part.source, part.detail === 'low');
        break;
      case 'document':
        this.#addDocument(part.source);
        break;
      case 'audio':
        this.documents += pagesOf(part.source) * priceOfPage;
        break;
      case 'vendor':
        this.addText(JSON.stringify(part.value));
    }
  }

  /** Counts runs of letters, of digits, of signs and of blanks by a look at each character. */
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
        this.words += priceOfWord;
        this.letters += length * priceOfLetter;
        if (length >= 5) this.words5 += 1;
        if (length >= 7) this.words7 += 1;
        if (length >= 10) this.words10 += 1;
        break;
      case ideograph:
        this.ideographs += length * priceOfIdeograph;
        break;
      case digit:
        this.digits += Math.ceil(length / digitsPerToken);
        break;
      case blank:
        this.blanks += (length - 1) * priceOfBlank;
        break;
      default:
        this.signs += length * priceOfSign;
        this.signRuns += priceOfSignRun;
    }
  }

  #addImage(source: MediaSource, isLow: boolean): void {
    const { width, height } = (source.type === 'base64' ? readImageSize(source.data) : undefined) ?? unknownSize;
    this.images += priceOfImage;
    if (isLow) return;
    this.imageArea += Math.min(dearestImage, Math.max(cheapestImage, (width * height) / pixelsPerToken));
    this.imageTiles += Math.ceil(width / tileLength) * Math.ceil(height / tileLength) * priceOfTile;
  }

  #addDocument(source: DocumentPart['source']): void {
    if (source.type === 'text') this.addText(source.text);
    else if (source.type === 'parts') for (const part of source.parts) this.addPart(part);
    else this.documents += pagesOf(source) * priceOfPage;
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

/** Of UTF-16 units: what lies outside the Basic Multilingual Plane counts as two signs. */
function kindOf(code: number): CharacterKind {
  if (code < 0x80) return asciiKinds[code] ?? sign;
  if (signRanges.some(([first, last]) => code >= first && code <= last)) return sign;
  return ideographRanges.some(([first, last]) => code >= first && code <= last) ? ideograph : letter;
}

/** Latin-1's and general punctuation, arrows, shapes, CJK and full-width punctuation, surrogates. */
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
