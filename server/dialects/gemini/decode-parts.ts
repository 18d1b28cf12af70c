import { Buffer } from 'node:buffer';
import { decodeProof } from '../../conversation/foreign-proof.ts';
import type { MediaSource, Part, ToolCallPart } from '../../conversation/message.ts';
import { readFileData } from '../../conversation/read-media.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { isText } from '../../conversation/text-document.ts';
import { toVendorData, type VendorData } from '../../conversation/vendor-data.ts';
import { requireWholeText } from '../../lib/abridged-body.ts';
import type { EmbeddedJson } from '../../lib/embedded-json.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { missingSignature } from './encode-contents.ts';
import { invalidArgument } from './invalid-argument.ts';
import { geminiName } from './name.ts';
import type { WirePart } from './schema.ts';
import { decodeToolResponse } from './tool-response.ts';

/** A part, or a functionResponse whose call is not known yet. */
export type DecodedPart = Part | PendingResponse;

export interface PendingResponse {
  readonly type: 'pending-response';
  /** Undefined if the call is determined by name and order. */
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly parts: readonly Part[];
  readonly failed?: true;
  readonly vendor?: VendorData;
}

export interface PartDecoder {
  readonly embedded: EmbeddedJson;
  /** Creates the id for a call that has none. */
  nextCallId(): string;
  /** Called for a part that cannot be sent to Google unchanged. */
  repaired(): void;
}

/** Members of a part that the neutral language covers. */
const knownMembers: ReadonlySet<string> = new Set([
  ...['text', 'thought', 'thoughtSignature', 'inlineData', 'fileData', 'functionCall', 'functionResponse'],
]);

/**
 * Decodes one of Gemini's parts. An empty part results in none.
 *
 * @param path the part's path in the request
 * @throws Failure `invalid-request` for a file in Google's Files API
 */
export function decodePart(part: WirePart, path: string, decoder: PartDecoder): DecodedPart[] {
  const own = ownMembers(part, knownMembers);
  // Google counts a null among the members of which a part may have only one.
  if (Object.values(part).includes(null)) decoder.repaired();
  const inner = misplacedSignature(part, decoder);
  const proof = decodeSignature(part.thoughtSignature || inner, decoder);
  if (part.functionCall) return signPart(decodeCall(part.functionCall, own, decoder), proof);
  if (part.functionResponse) return [decodeResponse(part.functionResponse, path, own, decoder)];
  if (part.inlineData || part.fileData) {
    // A draft of an image, which is part of the model's thoughts.
    const drafted = part.thought === true ? { ...own, thought: true } : own;
    return signPart(decodeMedia(part, path, drafted, decoder), proof);
  }
  const text = part.text ?? '';
  if (text !== '' && part.thought !== true) return signPart({ type: 'text', text, ...vendorOf(own) }, proof);
  if (text !== '' || proof !== undefined) {
    return [{ type: 'reasoning', text, ...withoutUndefined({ proof }), ...vendorOf(own) }];
  }
  // An empty text is dropped even if the part has other members.
  if (part.text !== '' && Object.keys(own).length > 0) return [{ type: 'vendor', dialect: geminiName, value: own }];
  decoder.repaired();
  return [];
}

/** Only Gemini signs such parts. A proof of another vendor becomes a reasoning part before this part. */
function signPart(part: Part, proof: ReasoningProof | undefined): Part[] {
  if (proof === undefined) return [part];
  if (proof.dialect !== geminiName) return [{ type: 'reasoning', text: '', proof }, part];
  return part.type === 'text' || part.type === 'tool-call' || part.type === 'image' ? [{ ...part, proof }] : [part];
}

/** Some clients put the signature of a call into the call. */
function misplacedSignature({ functionCall }: WirePart, decoder: PartDecoder): string | undefined {
  if (functionCall?.thoughtSignature === undefined) return undefined;
  decoder.repaired();
  return functionCall.thoughtSignature ?? undefined;
}

/** Standard or URL-safe base64, which Google both accepts. */
const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

function decodeSignature(signature: string | null | undefined, decoder: PartDecoder): ReasoningProof | undefined {
  if (!signature || signature === missingSignature) return undefined;
  const proof = base64.test(signature) ? decodeProof(signature, geminiName) : undefined;
  if (proof?.dialect !== geminiName) decoder.repaired();
  return proof;
}

function vendorOf(own: JsonRecord): { readonly vendor?: VendorData } {
  const vendor = toVendorData(geminiName, own);
  return vendor === undefined ? {} : { vendor };
}

/** The members that are not in a set, without null ones. */
export function ownMembers(message: JsonRecord, known: ReadonlySet<string>): JsonRecord {
  return Object.fromEntries(Object.entries(message).filter(([name, value]) => !known.has(name) && value !== null));
}

/** Adds vendor-specific members of a nested object to those of the part. */
function withInner(own: JsonRecord, name: string, inner: JsonRecord): JsonRecord {
  return Object.keys(inner).length > 0 ? { ...own, [name]: inner } : own;
}

type WireCall = NonNullable<WirePart['functionCall']>;

function decodeCall(call: WireCall, own: JsonRecord, decoder: PartDecoder): ToolCallPart {
  return {
    type: 'tool-call',
    id: call.id || decoder.nextCallId(),
    name: call.name,
    arguments: call.args ? JSON.stringify(call.args) : '{}',
    ...vendorOf(withInner(own, 'functionCall', ownMembers(call, callMembers))),
  };
}

const callMembers: ReadonlySet<string> = new Set(['id', 'name', 'args', 'thoughtSignature']);
const responseMembers: ReadonlySet<string> = new Set(['id', 'name', 'response', 'parts']);
const mediaMembers: ReadonlySet<string> = new Set(['data', 'mimeType']);

type WireResponse = NonNullable<WirePart['functionResponse']>;

function decodeResponse(response: WireResponse, path: string, own: JsonRecord, decoder: PartDecoder): PendingResponse {
  const { text, failed } = readResponse(response.response, decoder);
  const media = (response.parts ?? []).map((part, index) =>
    decodeMedia(part, `${path}.functionResponse.parts[${index}]`, {}, decoder),
  );
  return {
    type: 'pending-response',
    id: response.id || undefined,
    name: response.name || undefined,
    parts: [...(text === '' ? [] : [{ type: 'text', text } as const]), ...media],
    ...(failed && { failed }),
    ...vendorOf(withInner(own, 'functionResponse', ownMembers(response, responseMembers))),
  };
}

/** Google requires an object; some clients send the function's output directly. */
function readResponse(response: unknown, decoder: PartDecoder): { readonly text: string; readonly failed: boolean } {
  if (isRecord(response)) return decodeToolResponse(response, decoder.embedded);
  decoder.repaired();
  if (response === undefined || response === null) return { text: '', failed: false };
  return { text: typeof response === 'string' ? response : JSON.stringify(response), failed: false };
}

type WireBlob = NonNullable<WirePart['inlineData']>;

function decodeInline(inlineData: WireBlob, own: JsonRecord, decoder: PartDecoder): Part {
  const source = readFileData(inlineData.data, inlineData.mimeType);
  const { mimeType: mediaType, data } = inlineData;
  if (source.type === 'url' || (source.data !== data && !base64.test(data))) decoder.repaired();
  const members = withInner(own, 'inlineData', ownMembers(inlineData, mediaMembers));
  if (source.type === 'base64' && isText(source)) {
    return textDocument(mediaType, source.data, { inlineData: {}, ...members });
  }
  return mediaPart(source, mediaType, members);
}

const filesApi = /^(?:files\/|https?:\/\/[^/]*generativelanguage\.googleapis\.com\/)/i;

function decodeMedia(
  { inlineData, fileData }: Pick<WirePart, 'inlineData' | 'fileData'>,
  path: string,
  own: JsonRecord,
  decoder: PartDecoder,
): Part {
  if (inlineData) return decodeInline(inlineData, own, decoder);
  const url = fileData?.fileUri ?? '';
  if (filesApi.test(url)) {
    const parameter = `${path}.fileData.fileUri`;
    const message = `Invalid value at '${parameter}': this gateway does not store files. Send the data itself as inlineData.`;
    throw invalidArgument(parameter, message, 'unsupported-feature');
  }
  const value = { ...own, fileData: { ...fileData } };
  const mediaType = fileData?.mimeType || undefined;
  const source: MediaSource = { type: 'url', url, ...withoutUndefined({ mediaType }) };
  return mediaPart(source, mediaType ?? '', value);
}

/** Videos and other files are documents, so that other vendors' routes refuse them instead of answering without them. */
function mediaPart(source: MediaSource, mediaType: string, own: JsonRecord): Part {
  const kind = mediaType.split('/', 1)[0]?.toLowerCase();
  return { type: kind === 'image' || kind === 'audio' ? kind : 'document', source, ...vendorOf(own) };
}

/** Decodes a text file, which other APIs require as text. */
function textDocument(mediaType: string, data: string, own: JsonRecord): Part {
  requireWholeText(data);
  const text = Buffer.from(data, 'base64').toString('utf8');
  return { type: 'document', source: { type: 'text', text, mediaType }, ...vendorOf(own) };
}
