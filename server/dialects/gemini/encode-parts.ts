import { Buffer } from 'node:buffer';
import type { DocumentPart, Part, ToolCallPart, ToolResultPart } from '../../conversation/message.ts';
import { placeOf } from '../../conversation/part-places.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { titled, titledParts } from '../../conversation/text-document.ts';
import type { ToolNames } from '../../conversation/tool-names.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { requireWholeText } from '../../lib/abridged-body.ts';
import type { EmbeddedJson } from '../../lib/embedded-json.ts';
import { isRecord, type JsonRecord, readRecord } from '../../lib/json.ts';
import { encodeMedia } from './encode-media.ts';
import { toCallId } from './identifiers.ts';
import { geminiName } from './name.ts';
import { encodeToolResponse } from './tool-response.ts';

export interface PartContext {
  readonly names: ToolNames;
  /** The client's function names by the id of the latest call. Ids may be reused in later turns. */
  readonly calledNames: Map<string, string>;
  readonly mediaInResponses: boolean;
  readonly notes: TranslationLog;
  readonly embedded: EmbeddedJson;
}

/**
 * Encodes a part. The result is empty if Gemini does not support the part.
 *
 * @param given the part's path, for notes and failures, if it is not known how the client names it
 * @throws Failure `invalid-request` for media that cannot be sent
 */
export function encodePart(part: Part, given: string, context: PartContext): JsonRecord[] {
  const path = placeOf(part, given);
  const own = 'vendor' in part ? vendorMembersOf(part.vendor, geminiName) : {};
  switch (part.type) {
    case 'text':
      return encodeText(part.text, part.proof, own);
    case 'refusal':
      return encodeText(part.text, undefined, own);
    case 'reasoning':
      return encodeReasoning(part.text, part.proof, own, path, context);
    case 'image':
      return [{ ...own, ...encodeMedia(part, part.source, path), ...signed(part.proof) }];
    case 'audio':
      return [{ ...own, ...encodeMedia(part, part.source, path) }];
    case 'document':
      return encodeDocument(part, own, path, context);
    case 'tool-call':
      return [{ ...own, functionCall: encodeCall(part, own, path, context), ...signed(part.proof) }];
    case 'tool-result':
      return encodeResult(part, own, path, context);
    case 'vendor':
      if (part.dialect === geminiName) return [part.value];
      if (part.otherwise !== undefined) return encodePart(part.otherwise, path, context);
      context.notes.dropped(path, 'Gemini does not support it.');
      return [];
  }
}

/** Drops empty texts without a signature, which Gemini rejects. */
function encodeText(text: string, proof: ReasoningProof | undefined, own: JsonRecord): JsonRecord[] {
  const signature = signed(proof);
  return text === '' && signature.thoughtSignature === undefined ? [] : [{ ...own, text, ...signature }];
}

/** Drops reasoning without Gemini's signature, which may be that of another model. */
function encodeReasoning(
  text: string,
  proof: ReasoningProof | undefined,
  own: JsonRecord,
  path: string,
  { notes }: PartContext,
): JsonRecord[] {
  const signature = signed(proof);
  if (signature.thoughtSignature === undefined) {
    notes.dropped(path, 'Earlier reasoning that Gemini did not sign is not forwarded.');
    return [];
  }
  return [{ ...own, text, ...(text !== '' && { thought: true }), ...signature }];
}

/** Standard or URL-safe base64. */
const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** Omits proofs of other vendors and corrupted ones, which Gemini rejects. */
export function signed(proof: ReasoningProof | undefined): { readonly thoughtSignature?: string } {
  return proof?.dialect === geminiName && base64.test(proof.value) ? { thoughtSignature: proof.value } : {};
}

function encodeDocument(part: DocumentPart, own: JsonRecord, path: string, context: PartContext): JsonRecord[] {
  const { source, filename } = part;
  if (source.type === 'parts')
    return titledParts(source, filename).flatMap((inner) => encodePart(inner, path, context));
  if (source.type === 'text' && !isRecord(own.inlineData))
    return encodeText(titled(source.text, filename), undefined, own);
  if (filename !== undefined) context.notes.dropped(`${path}.filename`, 'Gemini does not support file names.');
  if (source.type === 'text') {
    requireWholeText(source.text);
    const data = Buffer.from(source.text, 'utf8').toString('base64');
    return [{ ...own, inlineData: { ...readRecord(own.inlineData), mimeType: source.mediaType, data } }];
  }
  return [{ ...own, ...encodeMedia(part, source, path) }];
}

function encodeCall(call: ToolCallPart, own: JsonRecord, path: string, context: PartContext): JsonRecord {
  const { names, notes, calledNames, embedded } = context;
  calledNames.set(call.id, call.name);
  const args = readArguments(call.arguments, path, notes, embedded);
  return { ...readRecord(own.functionCall), id: toCallId(call.id), name: names.toVendor(call.name), args };
}

/**
 * Parses arguments. Truncated or malformed ones are put into an object, because Gemini would reject every later
 * request.
 */
export function readArguments(text: string, path: string, notes: TranslationLog, embedded: EmbeddedJson): JsonRecord {
  if (text.trim() === '') return {};
  const object = embedded.parseObject(text);
  if (object !== undefined) return object;
  notes.changed(path, 'Arguments that are not a JSON object were wrapped in one.');
  return { arguments: text };
}

function encodeResult(result: ToolResultPart, own: JsonRecord, path: string, context: PartContext): JsonRecord[] {
  const texts: string[] = [];
  const media: JsonRecord[] = [];
  for (const [index, part] of result.parts.entries()) {
    for (const encoded of encodePart(part, `${path}.content[${index}]`, context)) {
      if (typeof encoded.text === 'string') texts.push(encoded.text);
      else media.push(encoded);
    }
  }
  // Google rejects a response whose name is not the call's.
  const name = context.calledNames.get(result.callId) ?? result.name ?? 'unknown';
  const response = {
    ...own,
    functionResponse: {
      ...readRecord(own.functionResponse),
      id: toCallId(result.callId),
      name: context.names.toVendor(name),
      response: encodeToolResponse({ text: texts.join('\n'), failed: result.failed === true }, context.embedded),
      ...(context.mediaInResponses && media.length > 0 && { parts: media }),
    },
  };
  return context.mediaInResponses ? [response] : [response, ...media];
}
