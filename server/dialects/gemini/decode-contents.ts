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
import { placePart } from '../../conversation/part-places.ts';
import { EmbeddedJson } from '../../lib/embedded-json.ts';
import { pushAll } from '../../lib/push-all.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { decodePart, type PartDecoder, type PendingResponse } from './decode-parts.ts';
import type { WireContent } from './schema.ts';

export interface DecodedContents {
  readonly messages: readonly Message[];
  /** True if the contents can be sent to Google unchanged. */
  readonly plain: boolean;
}

/** A message and the path of each of its parts in the request. */
interface Turn {
  readonly role: Role;
  readonly parts: Part[];
  readonly paths: string[];
}

/**
 * Decodes a conversation. Responses are matched with calls by id, otherwise by name and order. Consecutive contents of
 * one turn become one message, because some clients keep the pieces of a stream separate.
 *
 * @throws Failure `invalid-request` that names the invalid part
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
  /** Calls of the model's last turn without a response so far. */
  #open: ToolCallPart[] = [];
  /** Ids that the client gave to calls. */
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
        const settled = decoded.type === 'pending-response' ? this.#settle(decoded) : decoded;
        addPart(turn, placePart(settled, place), place);
      }
    }
    if (turn.parts.length === 0) this.#plain = false;
    else if (role === 'assistant') this.#addModelTurn(turn);
    else this.#turns.push(turn);
  }

  /** Joins consecutive model turns, because some clients keep the pieces of a stream separate. */
  #addModelTurn(turn: Turn): void {
    const last = this.#turns.at(-1);
    const calls = turn.parts.filter((part) => part.type === 'tool-call');
    if (last?.role !== 'assistant') {
      this.#turns.push(turn);
      this.#open = calls;
      return;
    }
    this.#plain = false;
    pushAll(this.#open, calls);
    for (const [index, part] of turn.parts.entries()) addPart(last, part, turn.paths[index] ?? '');
  }

  #settle({ type: _type, id, name, ...members }: PendingResponse): ToolResultPart {
    return {
      type: 'tool-result',
      callId: this.#findCall(id, name),
      ...withoutUndefined({ name }),
      ...members,
    };
  }

  /** Finds the call by id, otherwise the first open call with the name, otherwise the first open call. */
  #findCall(id: string | undefined, name: string | undefined): string {
    const byId = id === undefined ? -1 : this.#open.findIndex((call) => call.id === id);
    if (id !== undefined && byId === -1 && this.#givenIds.has(id)) return id;
    const byName = this.#open.findIndex((call) => call.name === name);
    const index = byId !== -1 ? byId : Math.max(byName, 0);
    const isInOrder = id === undefined ? byName === 0 : byId !== -1;
    const [call] = this.#open.splice(index, 1);
    if (!isInOrder || name !== call?.name) this.#plain = false;
    return call?.id ?? id ?? name ?? '';
  }
}

/** True if Google accepts the content's role and signature unchanged. */
function isPlainContent({ role, parts }: WireContent): boolean {
  if (role !== 'user' && role !== 'model') return false;
  const call = parts?.find((part) => part.functionCall);
  if (role === 'user') return call === undefined;
  if (parts?.some((part) => part.inlineData && !part.thoughtSignature) === true) return false;
  return call === undefined || Boolean(call.thoughtSignature);
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

/** Joins the pieces of a streamed text or thought into one part, because some clients keep them separate. */
function addPart({ role, parts, paths }: Turn, part: Part, path: string): void {
  const joined = role === 'assistant' ? joinPieces(parts.at(-1), part) : undefined;
  if (joined !== undefined) {
    parts.splice(-1, 1, joined);
    return;
  }
  parts.push(part);
  paths.push(path);
}

/** Joins two pieces of one text or thought. The signature is in the last piece. Undefined for other parts. */
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
