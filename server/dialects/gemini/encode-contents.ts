import { attachProofs } from '../../conversation/attach-proofs.ts';
import { describeGeneratedImage } from '../../conversation/generated-image.ts';
import { toReminder } from '../../conversation/later-instructions.ts';
import type { Message, Part } from '../../conversation/message.ts';
import type { ToolNames } from '../../conversation/tool-names.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { EmbeddedJson } from '../../lib/embedded-json.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { pushAll } from '../../lib/push-all.ts';
import { encodePart, type PartContext } from './encode-parts.ts';
import { geminiName } from './name.ts';

export interface EncodedContents {
  /** Parts of the system instruction; empty if there is none. */
  readonly system: readonly JsonRecord[];
  /** At least one. */
  readonly contents: readonly JsonRecord[];
}

interface Content extends JsonRecord {
  readonly role: 'user' | 'model';
  readonly parts: JsonRecord[];
}

/** A content to which more parts may be appended. */
interface OpenContent {
  readonly role: Content['role'];
  readonly parts: JsonRecord[];
  readonly hasResponses: boolean;
}

/**
 * Encodes the history in a form that Gemini accepts: system and developer messages before the first answer become the
 * system instruction, later ones reminders in user contents. Responses directly follow their calls, and the first call of
 * each step has a signature.
 *
 * @param messages arranged messages, in which each turn's results follow its calls
 * @throws Failure `invalid-request` for media that cannot be sent
 */
export function encodeContents(
  messages: readonly Message[],
  options: { readonly names: ToolNames; readonly mediaInResponses: boolean; readonly notes: TranslationLog },
): EncodedContents {
  const context: PartContext = { ...options, calledNames: new Map(), embedded: new EmbeddedJson() };
  const system: JsonRecord[] = [];
  const open: OpenContent[] = [];
  let isAnswered = false;
  for (const [index, message] of messages.entries()) {
    const parts = encodeMessage(message, index, context);
    if (message.role === 'system' || message.role === 'developer') {
      if (isAnswered) {
        addReminder(open, parts.map(asReminder));
      } else {
        pushAll(system, parts.filter(isText));
        addContent(
          open,
          'user',
          parts.filter((part) => !isText(part)),
        );
      }
    } else {
      isAnswered ||= message.role === 'assistant' && parts.length > 0;
      addContent(open, message.role === 'assistant' ? 'model' : 'user', parts);
    }
  }
  const contents = open.map(closeContent);
  for (const content of contents) if (content.role === 'model') addMissingSignatures(content.parts);
  return finish(system, contents, options.notes);
}

function encodeMessage(message: Message, index: number, context: PartContext): JsonRecord[] {
  const path = `messages[${index}]`;
  if (message.name !== undefined)
    context.notes.dropped(`${path}.name`, 'Gemini does not support names of participants.');
  const parts = attachProofs(message.role === 'assistant' ? message.parts.map(withoutImageUrl) : message.parts);
  if (parts.some(isMarked)) context.notes.dropped(`${path}.cache_control`, 'Gemini caches automatically.');
  return parts.flatMap((part, place) => encodePart(part, `${path}.content[${place}]`, context));
}

/** Describes the image of another vendor that is only known by its URL, which Gemini does not fetch. */
function withoutImageUrl(part: Part): Part {
  if (part.type !== 'image' || part.source.type !== 'url') return part;
  if (vendorMembersOf(part.vendor, geminiName).fileData !== undefined) return part;
  return { type: 'text', text: describeGeneratedImage(part.source, 'Gemini') };
}

function isText(part: JsonRecord): boolean {
  return typeof part.text === 'string';
}

function asReminder(part: JsonRecord): JsonRecord {
  return typeof part.text === 'string' ? { ...part, text: toReminder(part.text) } : part;
}

function isMarked(part: Part): boolean {
  return part.cacheBreakpoint !== undefined;
}

/** Joins consecutive model turns, and all responses to one turn into one content, in which they come first. */
function addContent(contents: OpenContent[], role: Content['role'], parts: readonly JsonRecord[]): void {
  if (parts.length === 0) return;
  const last = contents.at(-1);
  const hasResponses = parts.some(isResponse);
  if (last?.role === role && (role === 'model' || (hasResponses && last.hasResponses))) {
    for (const part of parts) last.parts.push(part);
  } else {
    contents.push({ role, parts: [...parts], hasResponses });
  }
}

/** A reminder belongs to the user's content before it, except to one with responses. */
function addReminder(contents: OpenContent[], parts: readonly JsonRecord[]): void {
  const last = contents.at(-1);
  if (last?.role === 'user' && !last.hasResponses) pushAll(last.parts, parts);
  else addContent(contents, 'user', parts);
}

function closeContent({ role, parts }: OpenContent): Content {
  return { role, parts: role === 'user' ? responsesFirst(parts) : joinTexts(parts) };
}

/** Joins consecutive texts, between which a part may have been dropped. */
function joinTexts(parts: readonly JsonRecord[]): JsonRecord[] {
  const joined: JsonRecord[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (isPlainText(last) && isPlainText(part)) joined[joined.length - 1] = { text: last.text + part.text };
    else joined.push(part);
  }
  return joined;
}

function isPlainText(part: JsonRecord | undefined): part is { readonly text: string } {
  return typeof part?.text === 'string' && Object.keys(part).length === 1;
}

function responsesFirst(parts: readonly JsonRecord[]): JsonRecord[] {
  const responses = parts.filter(isResponse);
  return [...responses, ...parts.filter((part) => !isResponse(part))];
}

function isResponse(part: JsonRecord): boolean {
  return isRecord(part.functionResponse);
}

/**
 * Replaces a missing signature: Gemini 3 rejects a step of calls without one, and generated images without theirs
 * (https://ai.google.dev/gemini-api/docs/thought-signatures).
 */
export const missingSignature = 'skip_thought_signature_validator';

function addMissingSignatures(parts: JsonRecord[]): void {
  const firstCall = parts.findIndex((part) => part.functionCall !== undefined);
  for (const [index, part] of parts.entries()) {
    const isRequired = index === firstCall || part.inlineData !== undefined;
    if (isRequired && part.thoughtSignature === undefined)
      parts[index] = { ...part, thoughtSignature: missingSignature };
  }
}

const openingPrompt = '(The model begins the conversation.)';

/** Gemini requires at least one content, and a user content before the first call. */
function finish(system: readonly JsonRecord[], contents: Content[], notes: TranslationLog): EncodedContents {
  if (contents.length === 0) {
    notes.changed('messages', 'The conversation has only instructions, which were sent as a user message.');
    return { system: [], contents: [{ role: 'user', parts: system.length > 0 ? [...system] : [{ text: ' ' }] }] };
  }
  if (contents[0]?.role === 'model') contents.unshift({ role: 'user', parts: [{ text: openingPrompt }] });
  return { system, contents };
}
