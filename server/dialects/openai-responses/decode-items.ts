import type { Message, Part } from '../../conversation/message.ts';
import { placeOf, placePart } from '../../conversation/part-places.ts';
import { readFileData, readMedia, toStandardBase64 } from '../../conversation/read-media.ts';
import { typeOfFile, withFileType } from '../../conversation/text-document.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import { requireWholeText } from '../../lib/abridged-body.ts';
import { isRecord, type JsonRecord, parseJson, readText } from '../../lib/json.ts';
import type { Vault } from '../../lib/secrets.ts';
import { encodeCustomInput } from '../openai/custom-input.ts';
import { requireShallow } from '../openai/parse-body.ts';
import { invalidParameter, parseParameter } from '../openai/validation-failure.ts';
import { toOwnItems } from './chat-items.ts';
import { answeredTool, calledTool, readClientCall, readClientResult } from './client-tools.ts';
import { expandCompactions } from './compaction.ts';
import { flatName } from './flat-name.ts';
import { decodeImageItem } from './image-item.ts';
import { responsesName } from './name.ts';
import { ownItem } from './own-item.ts';
import type { ResolvedItem } from './resolved-item.ts';
import {
  contentSchema,
  extensionItemType,
  hostedItemTypes,
  hostedResultTypes,
  itemSchema,
  type WireContent,
  type WireItem,
} from './schema.ts';
import { decodeProof } from './sealed-proof.ts';

export interface DecodedItems {
  readonly messages: readonly Message[];
  /** The request parameter of each part, by message and part, for error messages. */
  readonly sources: readonly (readonly string[])[];
}

interface Draft {
  readonly role: Message['role'];
  readonly parts: Part[];
  readonly sources: string[];
}

/**
 * Decodes the items of a request as messages. Consecutive reasoning, assistant messages and calls become one turn, and
 * consecutive tool results one message.
 *
 * @throws Failure that names the invalid part of an item
 */
export function decodeItems(items: readonly ResolvedItem[], vault: Vault): DecodedItems {
  const drafts: Draft[] = [];
  const callIds = new Map<unknown, string>();
  const own = expandCompactions(items, vault).flatMap(({ item, parameter }) =>
    toOwnItems(item).map((value) => ({ value, parameter })),
  );
  for (const { value, parameter } of own) {
    requireShallow(value, parameter);
    const hosted = decodeClientItem(value, callIds) ?? decodeHosted(value);
    const decoded = hosted ?? decodeItem(parseParameter(itemSchema, value, parameter), parameter, vault);
    for (const { role, parts } of decoded) {
      const last = drafts.at(-1);
      const draft =
        last !== undefined && belongTogether(last, { role, parts }) ? last : { role, parts: [], sources: [] };
      if (draft !== last) drafts.push(draft);
      for (const part of parts) {
        draft.parts.push(placePart(part, placeOf(part, parameter)));
        draft.sources.push(parameter);
      }
    }
  }
  return {
    messages: drafts.map(({ role, parts }) => ({ role, parts })),
    sources: drafts.map(({ sources }) => sources),
  };
}

function belongTogether(last: Decoded, next: Decoded): boolean {
  if (last.role !== next.role) return false;
  return next.role === 'assistant' || (next.role === 'user' && [last, next].every(holdsResults));
}

function holdsResults({ parts }: Decoded): boolean {
  return parts.every((part) => part.type === 'tool-result');
}

type Decoded = Pick<Message, 'role' | 'parts'>;

/**
 * Decodes a call of a tool that OpenAI's models know by its type and the client runs, or its result.
 *
 * @param callIds the ids of the calls by those of their items, with which results of the local shell refer to them
 * @returns undefined for other items
 */
function decodeClientItem(item: unknown, callIds: Map<unknown, string>): readonly Decoded[] | undefined {
  if (!isRecord(item)) return undefined;
  const called = calledTool(item);
  if (called !== undefined) {
    const id = String(item.call_id);
    callIds.set(item.id, id);
    const call = { id, name: called, arguments: readClientCall(called, item) };
    return [{ role: 'assistant', parts: [{ type: 'tool-call', ...call, ...ownItem(item) }] }];
  }
  const answered = answeredTool(item);
  const callId = readText(item.call_id) ?? callIds.get(item.id) ?? readText(item.id);
  if (answered === undefined || callId === undefined) return undefined;
  const parts: Part[] = [{ type: 'text', text: readClientResult(answered, item) }];
  const failed = item.status === 'failed' ? { failed: true } : {};
  return [{ role: 'user', parts: [{ type: 'tool-result', callId, parts, ...failed, ...ownItem(item) }] }];
}

/** Decodes an item of a hosted tool. @returns undefined for other items */
function decodeHosted(item: unknown): readonly Decoded[] | undefined {
  if (!isRecord(item)) return undefined;
  const image = item.type === 'image_generation_call' ? decodeImageItem(item) : undefined;
  if (image !== undefined) return [{ role: 'assistant', parts: [image] }];
  const isExtension = typeof item.type === 'string' && extensionItemType.test(item.type);
  const role =
    isExtension || hostedItemTypes.has(item.type) ? 'assistant' : hostedResultTypes.has(item.type) ? 'user' : undefined;
  return role && [{ role, parts: [{ type: 'vendor', dialect: responsesName, value: item }] }];
}

function decodeItem(item: WireItem, parameter: string, vault: Vault): readonly Decoded[] {
  switch (item.type) {
    case 'message':
      return [{ role: item.role, parts: decodeMessage(item, parameter) }];
    case 'reasoning': {
      const parts = decodeReasoning(item, vault);
      return parts.length === 0 ? [] : [{ role: 'assistant', parts }];
    }
    case 'function_call': {
      const name = flatName(item.name, item.namespace);
      return [
        {
          role: 'assistant',
          parts: [{ type: 'tool-call', id: item.call_id, name, arguments: argumentsText(item.arguments) }],
        },
      ];
    }
    case 'custom_tool_call': {
      const name = flatName(item.name, item.namespace);
      const written = encodeCustomInput(item.input);
      return [{ role: 'assistant', parts: [{ type: 'tool-call', id: item.call_id, name, arguments: written }] }];
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const parts = decodeContent(readQuotedContent(item.output ?? []), `${parameter}.output`);
      return [{ role: 'user', parts: [{ type: 'tool-result', callId: item.call_id, parts }] }];
    }
    case 'agent_message':
      return [{ role: 'user', parts: decodeAgentMessage(item, parameter) }];
    case 'additional_tools':
      return [];
  }
}

/** Decodes a message of one of the client's agents to another one. Encrypted content may be plain text of other models. */
function decodeAgentMessage(item: WireItem & { readonly type: 'agent_message' }, parameter: string): readonly Part[] {
  const { author, content } = item;
  const heading: Part[] = author ? [{ type: 'text', text: `Message from ${author}:` }] : [];
  if (typeof content === 'string') return [...heading, { type: 'text', text: content }];
  const parts = (content ?? []).map((part, index): Part => {
    if (part.type === 'encrypted_content') return { type: 'text', text: part.encrypted_content };
    return decodePart(part, `${parameter}.content[${index}]`);
  });
  return [...heading, ...parts];
}

/** Some clients send a tool's content with images as JSON in a text. @returns the content in it, or the same value */
function readQuotedContent(content: WireContent): WireContent {
  if (typeof content !== 'string' || !quotedContent.test(content.slice(0, 40)) || !content.includes('"input_image"')) {
    return content;
  }
  requireWholeText(content);
  const quoted = contentSchema.safeParse(parseJson(content));
  return quoted.success ? quoted.data : content;
}

const quotedContent = /^\s*\[\s*\{\s*"(?:type|text|image_url)"/;

/** OpenAI requires arguments as text; some clients send an object, or leave them out. */
function argumentsText(written: string | JsonRecord | null | undefined): string {
  return typeof written === 'string' ? written : JSON.stringify(written ?? {});
}

function decodeMessage(item: WireItem & { readonly type: 'message' }, parameter: string): readonly Part[] {
  const parts = decodeContent(item.content, `${parameter}.content`);
  if (typeof item.phase !== 'string' || item.role !== 'assistant') return parts;
  const vendor = toVendorData(responsesName, { phase: item.phase });
  return parts.map((part) => (part.type === 'text' && vendor !== undefined ? { ...part, vendor } : part));
}

/** Decodes the text of the reasoning, its proof, or both. Reasoning without either is dropped. */
function decodeReasoning(item: WireItem & { readonly type: 'reasoning' }, vault: Vault): readonly Part[] {
  const texts = item.content && item.content.length > 0 ? item.content : (item.summary ?? []);
  const ownText = texts.map((part) => part.text).join('\n\n');
  const proven = item.encrypted_content ? decodeProof(item.encrypted_content, vault) : undefined;
  if (proven === undefined) return ownText === '' ? [] : [{ type: 'reasoning', text: ownText }];
  const { proof, text = ownText } = proven;
  const itemId = proof.dialect === responsesName && typeof item.id === 'string' ? { itemId: item.id } : {};
  return [{ type: 'reasoning', text, proof: { ...proof, ...itemId } }];
}

function decodeContent(content: WireContent, parameter: string): readonly Part[] {
  if (typeof content === 'string') return [placePart({ type: 'text', text: content }, parameter)];
  return content.map((part, index) => {
    const place = `${parameter}[${index}]`;
    return placePart(decodePart(part, place), place);
  });
}

function decodePart(part: Exclude<WireContent, string>[number], parameter: string): Part {
  switch (part.type) {
    case 'refusal':
      return { type: 'refusal', text: part.refusal };
    case 'input_image': {
      if (!part.image_url) throw noFiles(parameter, 'image_url');
      const detail = part.detail ? { detail: part.detail } : {};
      const url = typeof part.image_url === 'string' ? part.image_url : part.image_url.url;
      return { type: 'image', source: readMedia(url), ...detail };
    }
    case 'image_url': {
      const { url, detail } = typeof part.image_url === 'string' ? { url: part.image_url } : part.image_url;
      return { type: 'image', source: readMedia(url), ...(detail && { detail }) };
    }
    case 'input_file': {
      const data = part.file_data ?? part.file_url;
      if (!data) throw noFiles(parameter, 'file_data');
      const source = withFileType(readFileData(data, typeOfFile(part.filename, data)), part.filename);
      return { type: 'document', source, ...(typeof part.filename === 'string' && { filename: part.filename }) };
    }
    case 'input_audio': {
      const { data, format } = part.input_audio;
      return { type: 'audio', source: { type: 'base64', mediaType: `audio/${format}`, data: toStandardBase64(data) } };
    }
    default:
      return { type: 'text', text: part.text };
  }
}

function noFiles(parameter: string, name: string) {
  const message = `Invalid '${parameter}': this gateway does not store files; send the data itself in '${name}'.`;
  return invalidParameter(`${parameter}.${name}`, 'unsupported-value', message);
}
