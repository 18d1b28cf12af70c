import { arrangeHistory } from '../../conversation/arrange-history.ts';
import type {
  Message,
  Part,
  ReasoningPart,
  Role,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../conversation/message.ts';
import { EmbeddedJson } from '../../lib/embedded-json.ts';
import { decodePart, type PartDecoder, type PendingResponse } from './decode-parts.ts';
import type { WireContent } from './schema.ts';

export interface DecodedContents {
  readonly messages: readonly Message[];
  /** Google would take the contents just as they stand. */
  readonly plain: boolean;
}

/** A message on its way, and where in the request each of its parts stands. */
interface Turn {
  readonly role: Role;
  readonly parts: Part[];
  readonly paths: string[];
}

/**
 * A conversation as Gemini has it: responses find their calls by id, else by name in order, and the contents of one turn,
 * which some clients keep in as many pieces as the stream had, are one message.
 *
 * @throws Failure `invalid-request` naming the part that cannot be understood
 */
export function decodeContents(
  contents: readonly WireContent[],
  instruction: WireContent | null | undefined,
): DecodedContents {
  return new ContentsDecoder().decode(contents, instruction);
}

class ContentsDecoder implements PartDecoder {
  readonly embedded = new EmbeddedJson();
  readonly #turns: Turn[] = [];
  /** Calls of the model's last turn that have no response yet. */
  #open: ToolCallPart[] = [];
  /** Ids that the client gave its calls. */
  readonly #givenIds = new Set<string>();
  #madeIds = 0;
  #plain = true;

  decode(contents: readonly WireContent[], instruction: WireContent | null | undefined): DecodedContents {
    for (const { parts } of contents) for (const part of parts ?? []) this.#givenIds.add(part.functionCall?.id ?? '');
    if (instruction) this.#addContent({ ...instruction, role: 'system' }, 'systemInstruction');
    for (const [index, content] of contents.entries()) {
      if (!isPlainContent(content)) this.#plain = false;
      this.#addContent(content, `contents[${index}]`);
    }
    const turns = this.#turns;
    const pathOf = (message: number, part: number) => turns[message]?.paths[part] ?? 'contents';
    const messages = turns.map(({ role, parts }): Message => ({ role, parts }));
    const arranged = arrangeHistory(messages, {
      toolResult: (message, part) => `${pathOf(message, part)}.functionResponse`,
      toolCall: (message, part) => `${pathOf(message, part)}.functionCall`,
    });
    return { messages: arranged, plain: this.#plain && arranged === messages };
  }

  nextCallId(): string {
    let id: string;
    do {
      this.#madeIds += 1;
      id = `call_${this.#madeIds}`;
    } while (this.#givenIds.has(id));
    return id;
  }

  repaired(): void {
    this.#plain = false;
  }

  #addContent(content: WireContent, path: string): void {
    const role = readRole(content.role);
    const turn: Turn = { role, parts: [], paths: [] };
    for (const [index, part] of (content.parts ?? []).entries()) {
      const place = `${path}.parts[${index}]`;
      for (const decoded of decodePart(part, place, this)) {
        addPart(turn, decoded.type === 'pending-response' ? this.#settle(decoded) : decoded, place);
      }
    }
    if (turn.parts.length === 0) this.#plain = false;
    else if (role === 'assistant') this.#addModelTurn(turn);
    else this.#turns.push(turn);
  }

  /** Some clients keep a streamed turn in the pieces that it came in. */
  #addModelTurn(turn: Turn): void {
    const last = this.#turns.at(-1);
    const calls = turn.parts.filter((part) => part.type === 'tool-call');
    if (last?.role !== 'assistant') {
      this.#turns.push(turn);
      this.#open = calls;
      return;
    }
    this.#plain = false;
    this.#open.push(...calls);
    for (const [index, part] of turn.parts.entries()) addPart(last, part, turn.paths[index] ?? '');
  }

  #settle({ type: _type, id, name, ...members }: PendingResponse): ToolResultPart {
    return {
      type: 'tool-result',
      callId: this.#findCall(id, name),
      ...(name !== undefined && { name }),
      ...members,
    };
  }

  /** By the id, else the first open call of the name, else the first open one. */
  #findCall(id: string | undefined, name: string | undefined): string {
    const byId = id === undefined ? -1 : this.#open.findIndex((call) => call.id === id);
    if (id !== undefined && byId === -1 && this.#givenIds.has(id)) return id;
    const byName = this.#open.findIndex((call) => call.name === name);
    const index = byId !== -1 ? byId : Math.max(byName, 0);
    const isAsItShould = id === undefined ? byName === 0 : byId !== -1;
    if (!isAsItShould || name === undefined) this.#plain = false;
    const [call] = this.#open.splice(index, 1);
    return call?.id ?? id ?? name ?? '';
  }
}

/** True for a content whose role, parts and signature Google takes as they stand. */
function isPlainContent({ role, parts }: WireContent): boolean {
  if (role !== 'user' && role !== 'model') return false;
  const call = parts?.find((part) => part.functionCall);
  return role === 'user' ? call === undefined : call === undefined || Boolean(call.thoughtSignature);
}

function readRole(role: string | null | undefined): Role {
  switch (role?.toLowerCase()) {
    case 'model':
    case 'assistant':
      return 'assistant';
    case 'system':
    case 'developer':
      return 'system';
    default:
      return 'user';
  }
}

/** The pieces of a streamed text or thought, which some clients keep as they came, are one part. */
function addPart({ role, parts, paths }: Turn, part: Part, path: string): void {
  const joined = role === 'assistant' ? joinPieces(parts.at(-1), part) : undefined;
  if (joined !== undefined) {
    parts.splice(-1, 1, joined);
    return;
  }
  parts.push(part);
  paths.push(path);
}

/** Two pieces of one text, or of one thought, whose signature comes with the last; undefined when they are not. */
function joinPieces(first: Part | undefined, second: Part | undefined): Part | undefined {
  if (first?.type === 'text' && second?.type === 'text' && isOpenEnded(first, second)) {
    return { ...second, text: first.text + second.text };
  }
  if (first?.type === 'reasoning' && second?.type === 'reasoning' && isOpenEnded(first, second)) {
    return { ...second, text: first.text + second.text };
  }
  return undefined;
}

function isOpenEnded(first: TextPart | ReasoningPart, second: TextPart | ReasoningPart): boolean {
  return first.proof === undefined && first.vendor === undefined && second.vendor === undefined;
}
