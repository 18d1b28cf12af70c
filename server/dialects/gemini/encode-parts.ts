import { Buffer } from 'node:buffer';
import type { DocumentPart, Part, ToolCallPart, ToolResultPart } from '../../conversation/message.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
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
  /** By the id of a call that was told, the client's name of its function: ids may come again in later turns. */
  readonly calledNames: Map<string, string>;
  readonly mediaInResponses: boolean;
  readonly notes: TranslationLog;
  readonly embedded: EmbeddedJson;
}

/**
 * One part of the language as parts of Gemini's, none when Gemini has no place for it.
 *
 * @param path the part's place in the request
 * @throws Failure `invalid-request` for media that cannot be sent
 */
export function encodePart(part: Part, path: string, context: PartContext): JsonRecord[] {
  const own = 'vendor' in part ? vendorMembersOf(part.vendor, geminiName) : {};
  switch (part.type) {
    case 'text':
      return encodeText(part.text, part.proof, own);
    case 'refusal':
      return encodeText(part.text, undefined, own);
    case 'reasoning':
      return encodeReasoning(part.text, part.proof, own, path, context);
    case 'image':
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
      context.notes.dropped(path, "Only another vendor's API has a place for this part.");
      return [];
  }
}

/** Gemini refuses an empty text, unless it carries a signature. */
function encodeText(text: string, proof: ReasoningProof | undefined, own: JsonRecord): JsonRecord[] {
  const signature = signed(proof);
  return text === '' && signature.thoughtSignature === undefined ? [] : [{ ...own, text, ...signature }];
}

/** Reasoning that Gemini did not sign may be anybody's: it is nothing that Gemini said. */
function encodeReasoning(
  text: string,
  proof: ReasoningProof | undefined,
  own: JsonRecord,
  path: string,
  { notes }: PartContext,
): JsonRecord[] {
  const signature = signed(proof);
  if (signature.thoughtSignature === undefined) {
    notes.dropped(path, 'Only reasoning that Gemini has signed is given back to it.');
    return [];
  }
  return [{ ...own, text, ...(text !== '' && { thought: true }), ...signature }];
}

/** Bytes in standard or URL-safe base64. */
const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** Another vendor's proof, or one that was broken on its way, would be refused. */
export function signed(proof: ReasoningProof | undefined): { readonly thoughtSignature?: string } {
  return proof?.dialect === geminiName && base64.test(proof.value) ? { thoughtSignature: proof.value } : {};
}

function encodeDocument(part: DocumentPart, own: JsonRecord, path: string, context: PartContext): JsonRecord[] {
  const { source } = part;
  if (part.filename !== undefined) context.notes.dropped(`${path}.filename`, 'Gemini takes no names of files.');
  if (source.type === 'text') {
    if (!isRecord(own.inlineData)) return encodeText(source.text, undefined, own);
    requireWholeText(source.text);
    const data = Buffer.from(source.text, 'utf8').toString('base64');
    return [{ ...own, inlineData: { ...own.inlineData, mimeType: source.mediaType, data } }];
  }
  if (source.type === 'parts') return source.parts.flatMap((inner) => encodePart(inner, path, context));
  return [{ ...own, ...encodeMedia(part, source, path) }];
}

function encodeCall(call: ToolCallPart, own: JsonRecord, path: string, context: PartContext): JsonRecord {
  const { names, notes, calledNames, embedded } = context;
  calledNames.set(call.id, call.name);
  const args = readArguments(call.arguments, path, notes, embedded);
  return { ...readRecord(own.functionCall), id: toCallId(call.id), name: names.toVendor(call.name), args };
}

/** Arguments that are no object, being cut or malformed, would block the conversation for ever. */
export function readArguments(text: string, path: string, notes: TranslationLog, embedded: EmbeddedJson): JsonRecord {
  if (text.trim() === '') return {};
  const object = embedded.parseObject(text);
  if (object !== undefined) return object;
  notes.changed(path, 'Arguments that are no JSON object were sent as the text that they are.');
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
  const name = result.name ?? context.calledNames.get(result.callId) ?? 'unknown';
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
