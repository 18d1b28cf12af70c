import { requireWholeText } from '../../lib/abridged-body.ts';
import { isRecord, parseJsonExactly, readText } from '../../lib/json.ts';
import { SealBroken, type Vault } from '../../lib/secrets.ts';
import { invalidParameter } from '../openai/validation-failure.ts';
import type { ResolvedItem } from './resolve-items.ts';
import type { WireRequest } from './schema.ts';

/*
 * A compaction stands for the conversation before it: a summary by the model, in a versioned and sealed payload that the
 * client sends back unread. What no summary can stand for goes with it as it is: calls that still wait for their results, and images.
 */

const version = 'gateway-compaction-1';
const purpose = 'responses compaction';

export interface Compaction {
  /** In the model's words. */
  readonly summary: string;
  /** Input items, in order. */
  readonly kept: readonly unknown[];
}

/** @returns what only this gateway can read */
export function encodeCompaction({ summary, kept }: Compaction, vault: Vault): string {
  return vault.seal(JSON.stringify({ version, summary, kept }), purpose);
}

/** @throws Failure for a payload that another server made, or that was changed */
function readCompaction(payload: string, parameter: string, vault: Vault): Compaction {
  requireWholeText(payload);
  const value = parseJsonExactly(open(payload, vault) ?? '');
  const summary = isRecord(value) && value.version === version ? readText(value.summary) : undefined;
  if (summary === undefined || !isRecord(value) || !Array.isArray(value.kept)) {
    const message = `Invalid '${parameter}': this compaction was not made by this gateway.`;
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

/** The input as items. */
export function itemsOf(input: WireRequest['input']): readonly unknown[] {
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : (input ?? []);
}

/** @returns the items before a `compaction_trigger` at the end; undefined without one */
export function takeTrigger(input: WireRequest['input']): readonly unknown[] | undefined {
  const items = itemsOf(input);
  const last = items.at(-1);
  return isRecord(last) && last.type === 'compaction_trigger' ? items.slice(0, -1) : undefined;
}

/** Items whose compactions are replaced by what they stand for. @throws Failure for a foreign payload */
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

/** What a request for a compaction asks to be summed up, and what is kept as it is. */
export interface Split {
  readonly summed: readonly unknown[];
  readonly kept: readonly unknown[];
}

/** @param items without compactions */
export function splitForCompaction(items: readonly unknown[]): Split {
  const answered = new Set(
    items
      .filter(isRecord)
      .filter(isOutput)
      .map((item) => item.call_id),
  );
  const isOpen = (item: unknown) => isRecord(item) && isCall(item) && !answered.has(item.call_id);
  return {
    summed: items.filter((item) => !isOpen(item)),
    kept: [...items.flatMap(imagesOf), ...items.filter(isOpen)],
  };
}

const summaryInstructions = [
  'You are summarising a conversation so that it can go on without its earlier messages.',
  'Keep everything that is needed to go on: what the user wants, decisions and their reasons, facts found, names and',
  'paths, what was changed, what was tried and failed, the state of the work, and what comes next.',
  'Write the summary only. Call no tools.',
].join(' ');

/** The request that has the model sum the items up. The client's instructions stay out of it: they are sent again anyway. */
export function toSummaryRequest(wire: WireRequest, summed: readonly unknown[]): WireRequest {
  const { model, stream, tools, prompt_cache_key, safety_identifier, user, max_output_tokens } = wire;
  if (summed.length === 0) {
    throw invalidParameter('input', 'missing-parameter', "Invalid 'input': there is nothing to compact.");
  }
  const ask = { type: 'message', role: 'user', content: 'Summarise our conversation so far.' };
  const tooled = tools && tools.length > 0 ? { tools, tool_choice: 'none' as const } : {};
  return {
    ...{ model, stream, prompt_cache_key, safety_identifier, user, max_output_tokens },
    ...tooled,
    instructions: summaryInstructions,
    input: [...summed, ask],
  };
}

function isCall({ type }: Readonly<Record<string, unknown>>): boolean {
  return type === 'function_call' || type === 'custom_tool_call';
}

function isOutput({ type }: Readonly<Record<string, unknown>>): boolean {
  return type === 'function_call_output' || type === 'custom_tool_call_output';
}

/** A message of the images that an item shows, of its own or as a tool's output. */
function imagesOf(item: unknown): unknown[] {
  if (!isRecord(item)) return [];
  const content = item.role === 'user' ? item.content : isOutput(item) ? item.output : undefined;
  const images = Array.isArray(content) ? content.filter((part) => isRecord(part) && part.type === 'input_image') : [];
  return images.length === 0 ? [] : [{ type: 'message', role: 'user', content: images }];
}
