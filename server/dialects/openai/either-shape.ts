import type { ConversationRequest } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import type { VendorData } from '../../conversation/vendor-data.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { type JsonBody, textOf } from '../../lib/json-body.ts';
import type { AnswerEndpoint, DecodedRequest, RequestContext } from '../dialect.ts';
import { parseBody } from './parse-body.ts';

/*
 * Some clients (such as Cursor) send the body of one of OpenAI's APIs to the endpoint of the other one: with `input`
 * instead of `messages` or vice versa, and often with some members of both. Each API decodes its own shape, whichever
 * endpoint it was sent to. The answer is in the format of the endpoint's API.
 */

/** How one of OpenAI's APIs reads its requests at the endpoints of the other one. */
export interface OpenaiShape {
  /** The member that contains the conversation. */
  readonly conversation: 'messages' | 'input';
  /** The members that the other API does not have, including the conversation. */
  readonly ownMembers: ReadonlySet<string>;
  /** Parses JSON, with numbers in the form that this API's schemas expect. @throws SyntaxError */
  parse(text: string): unknown;
  /** @param json without the other API's own members @throws Failure `invalid-request` that names the parameter */
  read(json: JsonRecord, context: RequestContext): ReadShape;
}

export interface ReadShape {
  readonly request: ConversationRequest;
  /** What reading changed or dropped. The caller may add more. */
  readonly notes: TranslationLog;
  /** The names under which the request has custom tools, which take free text. */
  readonly customTools: ReadonlySet<string>;
}

/** How an API's endpoint decodes requests in its own shape and in the other one. */
export interface EitherShape {
  readonly own: OpenaiShape;
  readonly other: OpenaiShape;
  readonly decodeOwn: AnswerEndpoint['decodeRequest'];
  /**
   * @param members the body without the conversation and the other members that only the other API has
   * @param read decodes the body as the other API does; each call decodes it again
   */
  decodeOther(members: JsonRecord, read: () => ReadShape, context: RequestContext): DecodedRequest;
}

/** Decodes a body in either shape. */
export function decodeEitherShape(shapes: EitherShape): AnswerEndpoint['decodeRequest'] {
  const { own, other, decodeOwn, decodeOther } = shapes;
  return (body, head, context) => {
    if (!isInOther(body, own, other)) return decodeOwn(body, head, context);
    const read = () => other.read(withoutMembers(other.parse(textOf(body)), own.ownMembers), context);
    return decodeOther(withoutMembers(own.parse(textOf(body)), other.ownMembers), read, context);
  };
}

function isInOther(body: JsonBody, own: OpenaiShape, other: OpenaiShape): boolean {
  // Most bodies do not have the member, so they are parsed only once.
  if (!body.scan.members.some(({ rawKey }) => rawKey === other.conversation)) return false;
  const json = parseBody(body);
  return (json[own.conversation] ?? undefined) === undefined && (json[other.conversation] ?? undefined) !== undefined;
}

function withoutMembers(json: unknown, names: ReadonlySet<string>): JsonRecord {
  return Object.fromEntries(Object.entries(Object(json)).filter(([name]) => !names.has(name)));
}

/**
 * Merges the vendor data of both APIs. `first` takes precedence. @returns an empty object if there is no vendor data
 */
export function mergeVendorData(first: VendorData = {}, second: VendorData = {}): Pick<ConversationRequest, 'vendor'> {
  const known = new Set(Object.values(first).flatMap((members) => Object.keys(members)));
  const rest = Object.entries(second).map(([dialect, members]) => [dialect, withoutMembers(members, known)] as const);
  const kept = rest.filter(([, members]) => Object.keys(members).length > 0);
  const vendor = { ...Object.fromEntries(kept), ...first };
  return Object.keys(vendor).length === 0 ? {} : { vendor };
}

/** The named fields of a request, without undefined ones. */
export function pickFields<Name extends keyof ConversationRequest>(
  request: ConversationRequest,
  names: readonly Name[],
): Partial<Pick<ConversationRequest, Name>> {
  const picked: Partial<Pick<ConversationRequest, Name>> = {};
  for (const name of names) if (request[name] !== undefined) picked[name] = request[name];
  return picked;
}
