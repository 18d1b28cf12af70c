import type { AnswerPart } from '../../conversation/answer.ts';
import { readAnswerText } from '../../conversation/answer.ts';
import { encodeProof } from '../../conversation/foreign-proof.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { isRecord, type JsonRecord, parseJsonExactly } from '../../lib/json.ts';
import { geminiName } from './name.ts';

/** How a request wants its answer's parts. */
export interface AnswerPartOptions {
  /** Thoughts are told only when they are asked for. */
  readonly showsThoughts: boolean;
  /** A text is the JSON of a value of an enum, which is told without its quotes. */
  readonly bareEnum: boolean;
}

/** The parts of a whole answer; at least one. */
export function encodeAnswerParts(parts: readonly AnswerPart[], options: AnswerPartOptions): readonly JsonRecord[] {
  const writer = new PartWriter(options);
  const written = parts.flatMap((part) => writer.write(part));
  return atLeastOne([...written, ...writer.end()]);
}

/** Clients forget an answer that has no part. */
export function atLeastOne(parts: readonly JsonRecord[]): readonly JsonRecord[] {
  return parts.length > 0 ? parts : [{ text: '' }];
}

/** Writes the parts of one answer in order. A proof without a text waits for what comes next, where clients keep it. */
export class PartWriter {
  readonly #options: AnswerPartOptions;
  #waiting: string | undefined;

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
    this.#waiting = signature;
    return before;
  }

  call(id: string, name: string, argumentsText: string, proof: ReasoningProof | undefined): readonly JsonRecord[] {
    return this.#sign({ functionCall: { id, name, args: readArguments(argumentsText) } }, proof);
  }

  /** What still waits. */
  end(): readonly JsonRecord[] {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting === undefined ? [] : [{ text: '', thoughtSignature: waiting }];
  }

  #sign(part: JsonRecord, proof: ReasoningProof | undefined): readonly JsonRecord[] {
    if (proof !== undefined) return [...this.end(), { ...part, thoughtSignature: encodeProof(proof, geminiName) }];
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return [waiting === undefined ? part : { ...part, thoughtSignature: waiting }];
  }
}

/** Gemini's arguments are an object: others that the model wrote, being cut or malformed, are told as the text they are. */
function readArguments(text: string): JsonRecord {
  if (text.trim() === '') return {};
  const value = parseJsonExactly(text);
  return isRecord(value) ? value : { arguments: text };
}

/** The text that a JSON text stands for; any other text as it is. */
export function unquote(text: string): string {
  const value = parseJsonExactly(text);
  return typeof value === 'string' ? value : text;
}
