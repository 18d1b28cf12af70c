import type { ConversationRequest } from '../../conversation/request.ts';
import { isAbridged, requireWholeText, WholeTextNeeded } from '../../lib/abridged-body.ts';
import { asBuffer } from '../../lib/byte-string.ts';
import { isRecord, parseJson } from '../../lib/json.ts';
import { distinctMembers, type JsonBody, textOf } from '../../lib/json-body.ts';
import type { AnswerEncoders, DecodedRequest, RequestContext, RequestHead } from '../dialect.ts';
import { invalidParameter } from '../openai/validation-failure.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import { isChatMessage, toOwnItems } from './chat-items.ts';
import { expandCompactions, splitForCompaction, takeTrigger, toSummaryRequest } from './compaction.ts';
import { encodeCompacted } from './encode-answer.ts';
import { createRelayEncoders, createResponsesEncoders } from './encoders.ts';
import { type KeepingOptions, noItems } from './kept-response.ts';
import { responsesName } from './name.ts';
import { outlineOf, parseWire, readRequest } from './read-request.ts';
import { referencesOf, resolveItems, resolveOwnItems } from './resolve-items.ts';
import { echoRequest } from './response-object.ts';
import type { WireRequest } from './schema.ts';
import type { ToolNames } from './tool-names.ts';

/**
 * Decodes the body of `POST /v1/responses`.
 *
 * @throws Failure `invalid-request` that names the parameter, also for a reference to something that is not stored here
 *   (any more)
 */
export function decodeRequest(body: JsonBody, _head: RequestHead, context: RequestContext): DecodedRequest {
  const wire = parseWire(body);
  if (takeTrigger(wire.input) !== undefined) {
    requireWholeBody(body.bytes);
    return decodeTriggeredCompaction(wire, context);
  }
  const { request, notes, names, plain } = readRequest(wire, resolveItems(wire, context.recalled), context);
  const previous = wire.previous_response_id ?? undefined;
  const options = optionsOf(wire, names, context, { ownItems: ownItemsReader(wire, body, context), previous });
  // The answer repeats some request members, so their texts must be complete.
  if (isAbridged(body.bytes)) requireWholeText(JSON.stringify(options.echo));
  const members = plain ? distinctMembers(body) : undefined;
  return {
    outline: outlineOf(request, wire.store !== false),
    request: () => request,
    notes: notes.list(),
    encoders: createResponsesEncoders(options),
    relayEncoders: createRelayEncoders(options),
    rereadsBody: options.stores,
    ...(members !== undefined && { original: { dialect: responsesName, bytes: body.bytes, members, shape: request } }),
  };
}

/** A function of its own, because a closure in `decodeRequest` would keep the decoded request until the answer ends. */
function ownItemsReader(
  { store }: WireRequest,
  body: JsonBody,
  { recalled }: RequestContext,
): KeepingOptions['ownItems'] {
  if (store === false) return noItems;
  return () =>
    resolveOwnItems(parseWire(body), recalled).flatMap(({ item }) => (isChatMessage(item) ? toOwnItems(item) : [item]));
}

/** A compaction contains parts of the request. @throws WholeTextNeeded */
function requireWholeBody(body: Buffer): void {
  if (isAbridged(body)) throw new WholeTextNeeded();
}

/** Decodes a request whose tokens are to be counted. @throws Failure like `decodeRequest` */
export function decodeCountRequest(body: JsonBody, _head: RequestHead, context: RequestContext): ConversationRequest {
  const wire = parseWire(body);
  return readRequest(wire, resolveItems(wire, context.recalled), context).request;
}

/**
 * The ids of the responses and items that a request refers to. Most bodies without any are recognized without parsing.
 */
export function readReferences(bytes: Uint8Array): readonly string[] {
  const body = asBuffer(bytes);
  if (!referenceMarkers.some((marker) => body.includes(marker))) return [];
  const value = parseJson(textOf({ bytes: body }));
  return isRecord(value) ? referencesOf(value.previous_response_id, value.input) : [];
}

/**
 * Every body with a reference contains one of these. Reasoning and images are recognized by the prefixes of their ids.
 * Clients never write them with escapes.
 */
const referenceMarkers = ['"previous_response_id"', '"item_reference"', '"rs_', '"ig_', '{"id":', '"type":null'];

/** Decodes the body of `POST /v1/responses/compact`. @throws Failure like `decodeRequest` */
export function decodeCompactRequest(body: JsonBody, _head: RequestHead, context: RequestContext): DecodedRequest {
  requireWholeBody(body.bytes);
  const wire = parseWire(body);
  const { decoded, compacts } = decodeSummary({ ...wire, stream: false }, context);
  const { createStreamEncoder } = decoded.encoders;
  const encodeAnswer: AnswerEncoders['encodeAnswer'] = (answer, place) => encodeCompacted(answer, place, compacts);
  return { ...decoded, encoders: { encodeAnswer, createStreamEncoder } };
}

/** Decodes a request whose output is one compaction of everything before the trigger. */
function decodeTriggeredCompaction(wire: WireRequest, context: RequestContext): DecodedRequest {
  if (wire.stream !== true) {
    throw invalidParameter('stream', 'unsupported-value', "A 'compaction_trigger' needs 'stream' to be true.");
  }
  return decodeSummary({ ...wire, input: [...(takeTrigger(wire.input) ?? [])] }, context).decoded;
}

interface DecodedSummary {
  readonly decoded: DecodedRequest;
  readonly compacts: NonNullable<ResponsesAnswerOptions['compacts']>;
}

function decodeSummary(wire: WireRequest, context: RequestContext): DecodedSummary {
  const { recalled, vault } = context;
  const items = expandCompactions(resolveItems(wire, recalled), vault).map(({ item }) => item);
  const { summarized, kept } = splitForCompaction(items);
  const summary = toSummaryRequest(wire, summarized);
  const { request, notes, names } = readRequest(summary, resolveOwnItems(summary, recalled), context);
  const compacts = { kept, vault };
  // The compaction replaces everything before it, so none of that is stored with it.
  const keeping = { ownItems: noItems, previous: undefined };
  const encoders = createResponsesEncoders({ ...optionsOf(wire, names, context, keeping), compacts });
  return {
    decoded: {
      outline: outlineOf(request, wire.store !== false),
      request: () => request,
      notes: notes.list(),
      encoders,
      rereadsBody: wire.store !== false,
    },
    compacts,
  };
}

/** The options for encoding a request's answer. */
export function optionsOf(
  wire: WireRequest,
  names: ToolNames,
  { vault }: RequestContext,
  keeping: Omit<KeepingOptions, 'stores'>,
): ResponsesAnswerOptions {
  return {
    names,
    vault,
    echo: echoRequest(wire),
    showsReasoning: wire.reasoning?.summary !== undefined && wire.reasoning.summary !== null,
    givesProofs: wire.include?.includes('reasoning.encrypted_content') === true,
    stores: wire.store !== false,
    ...keeping,
  };
}
