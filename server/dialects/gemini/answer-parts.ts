import type { AnswerPart } from '../../conversation/answer.ts';
import { readAnswerText } from '../../conversation/answer.ts';
import { encodeProof } from '../../conversation/foreign-proof.ts';
import type { ImagePart } from '../../conversation/message.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, parseJsonExactly, readRecord } from '../../lib/json.ts';
import { geminiName } from './name.ts';

/** The format of the answer's parts that the request asked for. */
export interface AnswerPartOptions {
  /** True if the client asked for thoughts. */
  readonly showsThoughts: boolean;
  /** True if the text is the JSON of an enum value, which the client gets without quotes. */
  readonly bareEnum: boolean;
}

/** Encodes the parts of a complete answer. There is at least one. */
export function encodeAnswerParts(parts: readonly AnswerPart[], options: AnswerPartOptions): readonly JsonRecord[] {
  const writer = new PartWriter(options);
  const written = parts.flatMap((part) => writer.write(part));
  const all = [...written, ...writer.end()];
  return all.length > 0 ? all : emptyParts;
}

/** Most clients discard an answer without parts. */
export const emptyParts: readonly JsonRecord[] = [{ text: '' }];

/**
 * Writes the parts of one answer in order. A proof without text is added to the next part, where clients preserve it.
 */
export class PartWriter {
  readonly #options: AnswerPartOptions;
  #pendingSignature: string | undefined;

  constructor(options: AnswerPartOptions) {
    this.#options = options;
  }

  write(part: AnswerPart): readonly JsonRecord[] {
    switch (part.type) {
      case 'text':
        return this.text(
          this.#options.bareEnum ? unquote(readAnswerText(part.text)) : readAnswerText(part.text),
          part.proof,
        );
      case 'refusal':
        return this.text(part.text, undefined);
      case 'reasoning':
        return this.reasoning(part.text, part.proof);
      case 'tool-call':
        return this.call(part.id, part.name, part.arguments, part.proof);
      case 'image':
        return this.image(part);
      case 'vendor':
        return part.dialect === geminiName ? [...this.end(), part.value] : [];
    }
  }

  text(text: string, proof: ReasoningProof | undefined): readonly JsonRecord[] {
    if (text === '' && proof === undefined) return [];
    return this.#sign({ text }, proof);
  }

  reasoning(text: string, proof: ReasoningProof | undefined): readonly JsonRecord[] {
    const signature = proof && encodeProof(proof, geminiName);
    if (text !== '') {
      const signed = signature === undefined ? {} : { thoughtSignature: signature };
      return this.#options.showsThoughts ? [...this.end(), { text, thought: true, ...signed }] : [];
    }
    const before = this.end();
    this.#pendingSignature = signature;
    return before;
  }

  call(id: string, name: string, argumentsText: string, proof: ReasoningProof | undefined): readonly JsonRecord[] {
    return this.#sign({ functionCall: { id, name, args: readArguments(argumentsText) } }, proof);
  }

  image({ source, proof, vendor }: ImagePart): readonly JsonRecord[] {
    const { inlineData, ...own } = vendorMembersOf(vendor, geminiName);
    const media =
      source.type === 'base64'
        ? { inlineData: { ...readRecord(inlineData), mimeType: source.mediaType, data: source.data } }
        : { fileData: { mimeType: source.mediaType ?? 'image/png', fileUri: source.url } };
    return this.#sign({ ...own, ...media }, proof);
  }

  /** @returns a part with the pending signature, if there is one */
  end(): readonly JsonRecord[] {
    const signature = this.#pendingSignature;
    this.#pendingSignature = undefined;
    return signature === undefined ? [] : [{ text: '', thoughtSignature: signature }];
  }

  #sign(part: JsonRecord, proof: ReasoningProof | undefined): readonly JsonRecord[] {
    if (proof !== undefined) return [...this.end(), { ...part, thoughtSignature: encodeProof(proof, geminiName) }];
    const signature = this.#pendingSignature;
    this.#pendingSignature = undefined;
    return [signature === undefined ? part : { ...part, thoughtSignature: signature }];
  }
}

/** Gemini's arguments are an object. Truncated or malformed arguments are put into one as text. */
function readArguments(text: string): JsonRecord {
  if (text.trim() === '') return {};
  const value = parseJsonExactly(text);
  return isRecord(value) ? value : { arguments: text };
}

/** Decodes a JSON string. Any other text is returned as it is. */
export function unquote(text: string): string {
  const value = parseJsonExactly(text);
  return typeof value === 'string' ? value : text;
}
