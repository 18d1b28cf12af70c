import type { ConversationRequest } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import type { VendorData } from '../../conversation/vendor-data.ts';
import { asBuffer } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { AnswerEndpoint, DecodedRequest, RequestContext } from '../dialect.ts';
import { parseBody, textOffset } from './parse-body.ts';

/*
 * Clients send the body of one of OpenAI's APIs to the other's endpoint (Cursor does): with `input` in place of `messages`, or
 * the other way round, and often with single members of both. Each API reads its own shape, whichever endpoint it came to, and
 * the endpoint's API answers.
 */

/** What one of OpenAI's APIs knows of its requests, for the endpoints of the other. */
export interface OpenaiShape {
  /** The member that holds the conversation. */
  readonly conversation: 'messages' | 'input';
  /** The members that the other API has not, the conversation among them. */
  readonly ownMembers: ReadonlySet<string>;
  /** Numbers as this API's schemas take them. @throws SyntaxError */
  parse(text: string): unknown;
  /** @param json without the other API's own members. @throws Failure `invalid-request` naming the parameter */
  read(json: JsonRecord, context: RequestContext): ReadShape;
}

export interface ReadShape {
  readonly request: ConversationRequest;
  /** What reading it changed or dropped; open for what follows. */
  readonly notes: TranslationLog;
}

/** How an API's endpoint reads its own shape, and answers requests in the other one's. */
export interface EitherShape {
  readonly own: OpenaiShape;
  readonly other: OpenaiShape;
  readonly decodeOwn: AnswerEndpoint['decodeRequest'];
  /**
   * @param members the body without its conversation and without what only the other API has
   * @param read reads the body as the other API does, each time anew
   */
  decodeOther(members: JsonRecord, read: () => ReadShape, context: RequestContext): DecodedRequest;
}

/** Decodes a body in either shape. */
export function decodeEitherShape(shapes: EitherShape): AnswerEndpoint['decodeRequest'] {
  const { own, other, decodeOwn, decodeOther } = shapes;
  return (bytes, head, context) => {
    const body = asBuffer(bytes);
    if (!isInOther(body, own, other)) return decodeOwn(bytes, head, context);
    const text = body.toString('utf8', textOffset(body));
    const read = () => other.read(withoutMembers(other.parse(text), own.ownMembers), context);
    return decodeOther(withoutMembers(own.parse(text), other.ownMembers), read, context);
  };
}

function isInOther(body: Buffer, own: OpenaiShape, other: OpenaiShape): boolean {
  // Most bodies do not have the word at all: they are parsed once.
  if (!body.includes(`"${other.conversation}"`)) return false;
  const json = parseBody(body, body.toString('utf8', textOffset(body)));
  return (json[own.conversation] ?? undefined) === undefined && (json[other.conversation] ?? undefined) !== undefined;
}

function withoutMembers(json: unknown, names: ReadonlySet<string>): JsonRecord {
  return Object.fromEntries(Object.entries(Object(json)).filter(([name]) => !names.has(name)));
}

/** Members that both APIs keep for themselves are the first one's. @returns nothing when there are none */
export function mergeVendorData(first: VendorData = {}, second: VendorData = {}): Pick<ConversationRequest, 'vendor'> {
  const known = new Set(Object.values(first).flatMap((members) => Object.keys(members)));
  const rest = Object.entries(second).map(([dialect, members]) => [dialect, withoutMembers(members, known)] as const);
  const kept = rest.filter(([, members]) => Object.keys(members).length > 0);
  const vendor = { ...Object.fromEntries(kept), ...first };
  return Object.keys(vendor).length === 0 ? {} : { vendor };
}

/** The fields of a request that are named and there. */
export function pickFields<Name extends keyof ConversationRequest>(
  request: ConversationRequest,
  names: readonly Name[],
): Partial<Pick<ConversationRequest, Name>> {
  const picked: Partial<Pick<ConversationRequest, Name>> = {};
  for (const name of names) if (request[name] !== undefined) picked[name] = request[name];
  return picked;
}
