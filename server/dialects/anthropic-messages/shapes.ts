import type { Part } from '../../conversation/message.ts';
import type { Tool } from '../../conversation/request.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { ForeignMembers, ShapeReader } from '../dialect.ts';
import { decodeContent, decodeKnownBlock } from './decode-block.ts';
import { decodeThinking } from './decode-thinking.ts';
import { decodeTool } from './decode-tools.ts';
import { foreignMembers } from './schema.ts';
import { parseParameter } from './validation-failure.ts';

/** Reads the API's blocks and tools in requests of other APIs, where some editors send them for Claude models. */
export const messagesShapes: ShapeReader = { readPart, readTool, readMembers };

/** Checks for members that only this API has, by the type of the block. */
const ownMembers: Readonly<Record<string, (block: JsonRecord) => boolean>> = {
  image: ({ source }) => isRecord(source),
  document: ({ source }) => isRecord(source),
  search_result: ({ content }) => Array.isArray(content),
  thinking: ({ thinking }) => typeof thinking === 'string',
  redacted_thinking: ({ data }) => typeof data === 'string',
  tool_use: ({ input, name }) => input !== undefined && name !== undefined,
  tool_result: ({ tool_use_id: id }) => id !== undefined,
};

function readPart(value: JsonRecord, path: string): Part | undefined {
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(ownMembers, type)) return undefined;
  return ownMembers[type]?.(value) === true ? decodeKnownBlock(value, path) : undefined;
}

/** The vendor's own tools have a date in their type. */
const datedType = /^[a-z_]+_20\d{6}$/;

function readTool(value: JsonRecord, path: string): Tool | undefined {
  if (value.function !== undefined) return undefined;
  const isDated = typeof value.type === 'string' && datedType.test(value.type);
  return isDated || value.input_schema !== undefined ? decodeTool(value, path) : undefined;
}

function readMembers(whole: JsonRecord): ForeignMembers {
  const { thinking: written, ...others } = whole;
  const json = isOtherThinking(written) ? others : whole;
  const names = Object.keys(foreignMembers.shape).filter((name) => isPresent(json[name]));
  if (names.length === 0) return { names, system: [], settings: {} };
  const { system, stop_sequences: stop, thinking } = parseParameter(foreignMembers, json, '');
  const reasoning = decodeThinking({ thinking });
  return {
    names,
    system: decodeContent(system ?? [], 'system'),
    settings: {
      ...(stop && stop.length > 0 && { stop }),
      ...withoutUndefined({ reasoning }),
    },
  };
}

/** Other servers also have a member of this name, without a budget or as a switch. @see thinking-switch.ts */
function isOtherThinking(thinking: unknown): boolean {
  if (typeof thinking === 'boolean' || typeof thinking === 'string') return true;
  if (!isRecord(thinking)) return false;
  const { type, budget_tokens: budget } = thinking;
  return type === 'auto' || (type === 'enabled' && (budget ?? undefined) === undefined);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
