import type { AnswerPart, AnswerTextPart, AnswerVendorPart, ConversationAnswer } from '../../conversation/answer.ts';
import { describeGeneratedImage } from '../../conversation/generated-image.ts';
import type { ReasoningPart, RefusalPart, ToolCallPart } from '../../conversation/message.ts';
import { toPlainIdentifier } from '../../conversation/plain-identifier.ts';
import type { Usage } from '../../conversation/usage.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { asByteString, type ByteString, encodeJson } from '../../lib/byte-string.ts';
import { type JsonRecord, parseJsonExactly, readString } from '../../lib/json.ts';
import type { AnswerContext } from '../dialect.ts';
import type { MessagesAnswerOptions } from './answer-options.ts';
import { encodeEnd } from './encode-end.ts';
import { encodeInput } from './encode-input.ts';
import { encodeSignature, isRedacted, toProofBlock } from './encode-proof.ts';
import { anthropicMessages } from './name.ts';
import { encodeUsage } from './usage.ts';

/** Encodes the API's `Message`. Built from JSON pieces, so that texts and arguments are copied unchanged. */
export function encodeAnswer(
  answer: ConversationAnswer & { readonly usage: Usage },
  { id, model }: AnswerContext,
  options: MessagesAnswerOptions,
): ByteString {
  const choice = answer.choices[0];
  const parts = choice?.parts ?? [];
  const content = encodeContent(parts, options);
  const kinds = {
    calls: parts.some((part) => part.type === 'tool-call'),
    refusal: parts.some((part) => part.type === 'refusal'),
  };
  const head = { id: toMessageId(id), type: 'message', role: 'assistant', model };
  const tail = { ...encodeEnd(choice?.finish, kinds, options), usage: encodeUsage(answer.usage) };
  return asByteString(`${encodeJson(head).slice(0, -1)},"content":[${content.join(',')}],${encodeJson(tail).slice(1)}`);
}

/** The name of this API in the text in place of an image. */
export const imageApi = 'The Messages API';

export function toMessageId(id: string): string {
  return `msg_${id.replaceAll(/[^a-zA-Z0-9]/g, '')}`;
}

/**
 * Encodes the blocks. The proof of a text follows it, except at the end of the answer: Claude Code only uses a text as
 * its result if it is the last block, and vendors do not require the proof of a turn's last text.
 */
function encodeContent(parts: readonly AnswerPart[], options: MessagesAnswerOptions): readonly ByteString[] {
  const blocks: ByteString[] = [];
  let held: ByteString[] = [];
  for (const part of parts) {
    const own = encodePart(part, options);
    if (own.length > 0) {
      blocks.push(...held, ...own);
      held = [];
    }
    if (part.type === 'text') held.push(...encodeNeighbour(part, part.text === '' ? undefined : 'previous', options));
  }
  return blocks;
}

/** Encodes a part as the JSON of its blocks. */
function encodePart(part: AnswerPart, options: MessagesAnswerOptions): readonly ByteString[] {
  switch (part.type) {
    case 'text':
      return encodeText(part);
    case 'refusal':
      return encodeRefusal(part);
    case 'reasoning':
      return encodeReasoning(part, options);
    case 'tool-call':
      return [...encodeNeighbour(part, 'next', options), encodeToolCall(part)];
    case 'image':
      return [encodeJson({ type: 'text', text: describeGeneratedImage(part.source, imageApi) })];
    case 'vendor':
      return part.dialect === anthropicMessages ? [encodeJson(applyDeltas(part))] : [];
  }
}

/** Empty texts are omitted: some clients cannot handle them. */
function encodeText({ text, vendor }: AnswerTextPart): readonly ByteString[] {
  if (text === '') return [];
  const { citations } = vendorMembersOf(vendor, anthropicMessages);
  const literal = typeof text === 'string' ? encodeJson(text) : `"${text.literal}"`;
  const cited = citations === undefined ? '' : `,"citations":${encodeJson(citations)}`;
  return [asByteString(`{"type":"text","text":${literal}${cited}}`)];
}

function encodeRefusal({ text }: RefusalPart): readonly ByteString[] {
  return text === '' ? [] : [encodeJson({ type: 'text', text })];
}

function encodeReasoning({ text, proof }: ReasoningPart, { thinking }: MessagesAnswerOptions): readonly ByteString[] {
  if (thinking === 'hidden') return [];
  if (proof !== undefined && isRedacted(text, proof)) return [encodeJson(toProofBlock(proof))];
  if (proof === undefined && text === '') return [];
  const shown = thinking === 'omitted' ? '' : text;
  return [encodeJson({ type: 'thinking', thinking: shown, signature: encodeSignature(proof) })];
}

/** Encodes the proof of a part without a field for it. @param of undefined if the part itself is omitted */
function encodeNeighbour(
  { proof }: AnswerTextPart | ToolCallPart,
  of: 'next' | 'previous' | undefined,
  { thinking }: MessagesAnswerOptions,
): readonly ByteString[] {
  return proof === undefined || thinking === 'hidden' ? [] : [encodeJson(toProofBlock(proof, of))];
}

function encodeToolCall({ id, name, arguments: written, vendor }: ToolCallPart): ByteString {
  const head = encodeJson({ type: 'tool_use', id: toPlainIdentifier(id), name });
  const own = encodeJson(vendorMembersOf(vendor, anthropicMessages)).slice(1, -1);
  return asByteString(`${head.slice(0, -1)},"input":${encodeInput(written)}${own === '' ? '' : `,${own}`}}`);
}

/** Applies the deltas of a vendor block to it. */
function applyDeltas({ value, deltas }: AnswerVendorPart): JsonRecord {
  let input = '';
  let block = value;
  for (const delta of deltas) {
    if (delta.type === 'input_json_delta') input += readString(delta.partial_json) ?? '';
    else {
      const { type: _type, ...members } = delta;
      block = { ...block, ...members };
    }
  }
  return input === '' ? block : { ...block, input: parseJsonExactly(input) ?? {} };
}
