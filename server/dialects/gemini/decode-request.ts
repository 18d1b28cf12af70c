import { deriveAffinityKey } from '../../conversation/affinity-key.ts';
import { Failure } from '../../conversation/failure.ts';
import { withRepeatedMembers } from '../../conversation/foreign-data.ts';
import type { ConversationRequest, OriginalBody } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, readRecord } from '../../lib/json.ts';
import { distinctMembers, type JsonBody, parseJsonBody } from '../../lib/json-body.ts';
import { isNestedWithin } from '../../lib/json-depth.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { DecodedRequest, RequestHead } from '../dialect.ts';
import { decodeContents } from './decode-contents.ts';
import { ownMembers } from './decode-parts.ts';
import { type DecodedSettings, decodeSettings } from './decode-settings.ts';
import { decodeTools } from './decode-tools.ts';
import { createGeminiEncoders, createRelayEncoders } from './encoders.ts';
import { nameSafetySettings } from './enum-numbers.ts';
import { invalidArgument, parseArgument } from './invalid-argument.ts';
import { geminiName } from './name.ts';
import { readModelPath } from './paths.ts';
import { hasTextFormat } from './response-format.ts';
import { countSchema, otherSchemaName, requestSchema } from './schema.ts';
import { inCamelCase } from './spelling.ts';
import { createStreamWriter, readLibrary } from './stream-writer.ts';

/**
 * Decodes a request to `models/{id}:generateContent` or `:streamGenerateContent`.
 *
 * @throws Failure `invalid-request` that names the member
 */
export function decodeRequest(body: JsonBody, head: RequestHead): DecodedRequest {
  const { model, method } = readModelPath(head.path);
  const stream = method === 'streamGenerateContent';
  const json = parseBody(body);
  const { request, notes, plain, bareEnum } = decodeBody(json, model, stream);
  const showsThoughts = request.reasoning?.shown === true;
  const options = { form: head.query.get('alt') === 'sse' ? 'events' : 'array', showsThoughts, bareEnum } as const;
  const writer = createStreamWriter(options.form, readLibrary(head));
  const original = plain && hasPlainShape(json) ? readOriginal(body, request) : undefined;
  const { affinityKey, choiceCount, messages } = request;
  return {
    outline: { model, stream, choiceCount, affinityKey, opening: !messages.some(({ role }) => role === 'assistant') },
    request: () => request,
    ...withoutUndefined({ original }),
    notes: notes.list(),
    encoders: createGeminiEncoders(options, writer),
    ...(choiceCount === 1 && { relayEncoders: createRelayEncoders(options, writer) }),
  };
}

/** Decodes a request to `models/{id}:countTokens`, which has contents or a complete request for an answer. */
export function decodeCountRequest(body: JsonBody, head: RequestHead): ConversationRequest {
  const json = parseBody(body);
  const { generateContentRequest } = parseArgument(countSchema, json);
  return decodeBody(generateContentRequest ?? json, readModelPath(head.path).model, false).request;
}

/** Maximum nesting of a request's values. */
const maxDepth = 256;

function parseBody(body: JsonBody): JsonRecord {
  const json = parseJsonBody(body);
  if (json === undefined) {
    const message = 'Invalid JSON payload received. The request needs a JSON object in UTF-8.';
    throw new Failure('invalid-request', message, { reason: 'malformed-json', fault: 'request' });
  }
  if (!isRecord(json)) throw invalidArgument('', 'Invalid JSON payload received. Expected an object.', 'invalid-type');
  for (const [name, value] of Object.entries(json)) {
    if (!isNestedWithin(value, maxDepth)) {
      throw invalidArgument(name, `Invalid value at '${name}': nested more than ${maxDepth} levels deep.`);
    }
  }
  return json;
}

interface DecodedBody {
  readonly request: ConversationRequest;
  readonly notes: TranslationLog;
  /** True if the body can be sent to Google unchanged. */
  readonly plain: boolean;
  readonly bareEnum: boolean;
}

/** Members that the neutral language covers, and the model, which is in the path. */
const knownMembers: ReadonlySet<string> = new Set([
  ...['contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig', 'cachedContent', 'model'],
]);

function decodeBody(json: JsonRecord, model: string, stream: boolean): DecodedBody {
  const wire = parseArgument(requestSchema, json);
  if (wire.cachedContent) {
    const message =
      "Invalid value at 'cachedContent': this gateway does not store cached contents. Send the contents themselves.";
    throw invalidArgument('cachedContent', message, 'unsupported-feature');
  }
  const notes = new TranslationLog();
  const { messages, plain: plainContents } = decodeContents(wire.contents, wire.systemInstruction);
  const tools = decodeTools(wire);
  const settings = decodeSettings(wire.generationConfig);
  const streamsArguments = wire.toolConfig?.functionCallingConfig?.streamFunctionCallArguments === true;
  if (streamsArguments)
    notes.dropped(
      'toolConfig.functionCallingConfig.streamFunctionCallArguments',
      'Arguments of calls are not streamed.',
    );
  const vendor = toVendorData(geminiName, {
    ...ownMembers(wire, knownMembers),
    ...(Object.keys(tools.ownConfig).length > 0 && { toolConfig: tools.ownConfig }),
    ...(Object.keys(settings.own).length > 0 && { generationConfig: settings.own }),
  });
  const request: ConversationRequest = {
    model,
    stream,
    messages,
    tools: tools.tools,
    ...withoutUndefined({ toolChoice: tools.toolChoice }),
    ...settings.settings,
    choiceCount: settings.choiceCount,
    affinityKey: deriveAffinityKey(messages),
    ...withoutUndefined({ vendor }),
  };
  const plain = plainContents && tools.plain && settings.plain && settings.choiceCount === 1 && !streamsArguments;
  return {
    request: withRepeatedMembers(request, repeatedAmong(settings)),
    notes,
    plain,
    bareEnum: settings.bareEnum,
  };
}

/** Names of vendor members that repeat what the neutral language covers: those of media, and the format of an enum. */
function repeatedAmong({ own, bareEnum }: DecodedSettings): readonly string[] {
  const isFormat = (name: string) => name === 'responseMimeType' || name === 'responseSchema';
  return ['inlineData', 'fileData', ...(bareEnum && Object.keys(own).every(isFormat) ? ['generationConfig'] : [])];
}

/** True if every list is an array and every part an object, which Google requires but this gateway does not. */
function hasPlainShape(json: JsonRecord): boolean {
  const { contents, systemInstruction, tools, generationConfig, safetySettings } = readRecord(inCamelCase(json));
  const config = readRecord(inCamelCase(generationConfig));
  const { stopSequences } = config;
  const isPlainContent = (content: unknown) => {
    const parts = readRecord(content).parts;
    return Array.isArray(parts) && parts.length > 0 && parts.every(isRecord);
  };
  if (Object.hasOwn(config, otherSchemaName) || hasTextFormat(config)) return false;
  if (nameSafetySettings(safetySettings) !== safetySettings) return false;
  if (!Array.isArray(contents) || !contents.every(isPlainContent)) return false;
  if (isGiven(systemInstruction) && !isPlainContent(systemInstruction)) return false;
  return [tools, stopSequences].every((list) => !isGiven(list) || Array.isArray(list));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function readOriginal(body: JsonBody, shape: ConversationRequest): OriginalBody | undefined {
  const members = distinctMembers(body);
  return members && { dialect: geminiName, bytes: body.bytes, members, shape };
}
