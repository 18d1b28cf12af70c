import { isPlainFileData, isPlainImageUrl } from '../../conversation/read-media.ts';
import { isOwnEffort } from '../../conversation/reasoning-effort.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { toFlatChoice, toFlatTool } from '../openai/flat-tool.ts';
import { toOpenaiPart } from '../openai/media-parts.ts';
import { hasOpenrouterMembers } from '../openai/reasoning-options.ts';
import { readThinkingSwitches } from '../openai/thinking-switch.ts';
import { maxIdLength, toCallId } from './call-id.ts';
import { isChatMessage } from './chat-items.ts';
import { chatMembers } from './chat-members.ts';
import { itemsOf } from './compaction.ts';
import { isGatewayImage } from './image-item.ts';
import { isReference } from './resolve-items.ts';
import type { WireRequest } from './schema.ts';
import { isSealedProof } from './sealed-proof.ts';

/** True if another server of this API accepts the body unchanged. */
export function isStandardBody(wire: WireRequest): boolean {
  if (hasNull(wire) || hasNull(wire.text)) return false;
  const { tools, tool_choice: choice } = wire;
  const effort = wire.reasoning?.effort;
  if ((typeof effort === 'string' && !isOwnEffort(effort)) || hasOpenrouterMembers(wire.reasoning)) return false;
  if (wire.previous_response_id || toFlatChoice(choice) !== choice) return false;
  if (readThinkingSwitches(wire).names.length > 0) return false;
  if (Object.keys(wire).some((name) => chatMembers.has(name))) return false;
  return !tools?.some((tool) => toFlatTool(tool) !== tool) && !itemsOf(wire.input).some(isNonstandardItem);
}

/**
 * True for items that other servers reject: compactions, references and sealed values of this gateway, ids of calls
 * from other vendors, members that OpenAI's SDKs add to an answer and some programs send back, and forms that only this
 * gateway accepts.
 */
function isNonstandardItem(item: unknown): boolean {
  if (!isRecord(item)) return false;
  if (hasNull(item) || isChatMessage(item)) return true;
  if (item.type === 'compaction' || 'parsed_arguments' in item || isReference(item)) return true;
  if (typeof item.encrypted_content === 'string' && isSealedProof(item.encrypted_content)) return true;
  if (typeof item.call_id === 'string' && toCallId(item.call_id) !== item.call_id) return true;
  if (item.type === 'image_generation_call' && isGatewayImage(item)) return true;
  if (isBareReasoning(item) || hasForeignId(item) || hasOwnArguments(item) || lacksOutput(item)) return true;
  const isAnswer = item.role === 'assistant';
  return [item.content, item.output].some(
    (parts) =>
      Array.isArray(parts) &&
      parts.some(
        (part) => isChatOrParsedPart(part) || isMisplacedPart(part, isAnswer) || isStrangeMedia(part) || hasNull(part),
      ),
  );
}

/** OpenAI rejects null in most members. Programs in Python send it in place of leaving a member out. */
function hasNull(value: unknown): boolean {
  return isRecord(value) && Object.values(value).includes(null);
}

/**
 * OpenAI rejects an item whose id is too long or lacks the prefix of its type, such as the `item_…` of other servers.
 */
function hasForeignId({ type, id }: JsonRecord): boolean {
  if (typeof id !== 'string') return false;
  const prefix = typeof type === 'string' ? idPrefixes.get(type) : undefined;
  return id.length > maxIdLength || (prefix !== undefined && !id.startsWith(prefix));
}

const idPrefixes: ReadonlyMap<string, string> = new Map([
  ['message', 'msg'],
  ['function_call', 'fc'],
  ['custom_tool_call', 'ctc'],
  ['reasoning', 'rs'],
]);

/** True for a call whose arguments are not a text. */
function hasOwnArguments({ type, arguments: written }: JsonRecord): boolean {
  return type === 'function_call' && typeof written !== 'string';
}

function lacksOutput({ type, output }: JsonRecord): boolean {
  const isResult = type === 'function_call_output' || type === 'custom_tool_call_output';
  return isResult && (output ?? null) === null;
}

/**
 * OpenAI would look up reasoning without a proof in its storage, where the gateway stores nothing. It requires a
 * summary, which some programs leave out.
 */
function isBareReasoning(item: JsonRecord): boolean {
  return item.type === 'reasoning' && (!item.encrypted_content || !Array.isArray(item.summary));
}

/** True for a part that belongs to another role, and for an image in the format of Chat Completions. */
function isMisplacedPart(part: unknown, isAnswer: boolean): boolean {
  if (!isRecord(part)) return false;
  if (part.type === 'input_image') return isRecord(part.image_url);
  return isAnswer ? part.type === 'input_text' : part.type === 'output_text' || part.type === 'refusal';
}

/** True for an image or a file whose data OpenAI rejects as it is written, or lacks its name. */
function isStrangeMedia(part: unknown): boolean {
  if (!isRecord(part)) return false;
  if (toOpenaiPart(part) !== part) return true;
  const { type, image_url: url, detail, file_data: data, filename } = part;
  if (type === 'input_image') return (typeof url === 'string' && !isPlainImageUrl(url)) || detail === '';
  return type === 'input_file' && typeof data === 'string' && (!isPlainFileData(data) || !filename);
}

function isChatOrParsedPart(part: unknown): boolean {
  return isRecord(part) && ('parsed' in part || part.type === 'image_url' || part.type === 'text');
}
