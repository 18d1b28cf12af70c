import { summaryInstructions } from '../../conversation/summary-prompt.ts';
import { requireWholeText } from '../../lib/abridged-body.ts';
import { isRecord, type JsonRecord, parseJsonExactly, readText } from '../../lib/json.ts';
import { SealBroken, type Vault } from '../../lib/secrets.ts';
import { invalidParameter } from '../openai/validation-failure.ts';
import { answeredTool, calledTool } from './client-tools.ts';
import type { ResolvedItem } from './resolved-item.ts';
import type { WireRequest } from './schema.ts';

/*
 * A compaction replaces the conversation before it with a summary by the model. The summary is in a versioned, sealed
 * payload that the client sends back. The payload also contains the items that a summary cannot replace: images, and
 * calls that still wait for their results.
 */

const version = 'gateway-compaction-1';
const purpose = 'responses compaction';

export interface Compaction {
  /** Written by the model. */
  readonly summary: string;
  /** Input items, in order. */
  readonly kept: readonly unknown[];
}

/** @returns a payload that only this gateway can read */
export function encodeCompaction({ summary, kept }: Compaction, vault: Vault): string {
  return vault.seal(JSON.stringify({ version, summary, kept }), purpose);
}

/** @throws Failure for a payload that was created by another server or altered */
function readCompaction(payload: string, parameter: string, vault: Vault): Compaction {
  requireWholeText(payload);
  const value = parseJsonExactly(open(payload, vault) ?? '');
  const summary = isRecord(value) && value.version === version ? readText(value.summary) : undefined;
  if (summary === undefined || !isRecord(value) || !Array.isArray(value.kept)) {
    const message = `Invalid '${parameter}': this compaction was not created by this gateway.`;
    throw invalidParameter(parameter, 'unsupported-value', message);
  }
  return { summary, kept: value.kept };
}

function open(payload: string, vault: Vault): string | undefined {
  try {
    return vault.open(payload, purpose);
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

/** Converts the input to items. */
export function itemsOf(input: WireRequest['input']): readonly unknown[] {
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : (input ?? []);
}

/** Finds a `compaction_trigger` at the end of the input. @returns the items before it; undefined if there is none */
export function takeTrigger(input: WireRequest['input']): readonly unknown[] | undefined {
  const items = itemsOf(input);
  const last = items.at(-1);
  return isRecord(last) && last.type === 'compaction_trigger' ? items.slice(0, -1) : undefined;
}

/** Replaces compactions by their summaries and kept items. @throws Failure for a foreign payload */
export function expandCompactions(items: readonly ResolvedItem[], vault: Vault): readonly ResolvedItem[] {
  return items.flatMap((resolved): ResolvedItem[] => {
    const { item, parameter } = resolved;
    if (!isRecord(item) || item.type !== 'compaction') return [resolved];
    const payload = readText(item.encrypted_content) ?? '';
    const { summary, kept } = readCompaction(payload, `${parameter}.encrypted_content`, vault);
    const text = `Summary of the conversation so far, which was compacted:\n\n${summary}`;
    return [{ type: 'message', role: 'user', content: text }, ...kept].map((own) => ({ item: own, parameter }));
  });
}

/** The items of a conversation that are summarized, and those that are kept as they are. */
export interface CompactionInput {
  readonly summarized: readonly unknown[];
  readonly kept: readonly unknown[];
}

/** @param items without compactions */
export function splitForCompaction(items: readonly unknown[]): CompactionInput {
  const answered = new Set(
    items
      .filter(isRecord)
      .filter(isOutput)
      .map((item) => item.call_id),
  );
  const isOpen = (item: unknown) => isRecord(item) && isCall(item) && !answered.has(item.call_id);
  return {
    summarized: items.filter((item) => !isOpen(item)),
    kept: [...items.flatMap(imagesOf), ...items.filter(isOpen)],
  };
}

/**
 * Creates the request for a summary. It omits the client's instructions, which clients send with each request anyway.
 */
export function toSummaryRequest(wire: WireRequest, summarized: readonly unknown[]): WireRequest {
  const { model, stream, tools, prompt_cache_key, safety_identifier, user, max_output_tokens } = wire;
  if (summarized.length === 0) {
    throw invalidParameter('input', 'missing-parameter', "Invalid 'input': there is nothing to compact.");
  }
  const prompt = { type: 'message', role: 'user', content: 'Summarise our conversation so far.' };
  const withTools = tools && tools.length > 0 ? { tools, tool_choice: 'none' as const } : {};
  return {
    ...{ model, stream, prompt_cache_key, safety_identifier, user, max_output_tokens },
    ...withTools,
    instructions: summaryInstructions,
    input: [...summarized, prompt],
  };
}

function isCall(item: JsonRecord): boolean {
  const { type } = item;
  return type === 'function_call' || type === 'custom_tool_call' || calledTool(item) !== undefined;
}

function isOutput(item: JsonRecord): boolean {
  const { type } = item;
  return type === 'function_call_output' || type === 'custom_tool_call_output' || answeredTool(item) !== undefined;
}

/** Returns a message with the images in a user message or in a tool's output, or the image that the model generated. */
function imagesOf(item: unknown): unknown[] {
  if (!isRecord(item)) return [];
  if (item.type === 'image_generation_call' && typeof item.result === 'string') return [item];
  const content = item.role === 'user' ? item.content : isOutput(item) ? item.output : undefined;
  const images = Array.isArray(content) ? content.filter((part) => isRecord(part) && part.type === 'input_image') : [];
  return images.length === 0 ? [] : [{ type: 'message', role: 'user', content: images }];
}
