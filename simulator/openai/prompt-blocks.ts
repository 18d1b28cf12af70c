import type { Vendor } from '../answer/models.ts';
import { asArray, asRecord, asString, type JsonRecord } from '../json.ts';
import { countDocumentTokens, countImageTokens, dataOfUrl } from '../tokens/image-tokens.ts';
import { type PromptBlock, plainBlock } from '../tokens/prompt-block.ts';
import { countTextTokens } from '../tokens/text-tokens.ts';

const tokensOfItem = 3;
const tokensOfAnswer = 3;

/**
 * The prompt in the order in which OpenAI caches it: tools, then messages or items, one block each. `instructions`
 * comes before them.
 */
export function promptBlocks(
  tools: readonly JsonRecord[],
  instructions: unknown,
  items: readonly JsonRecord[],
  vendor: Vendor,
): readonly PromptBlock[] {
  const text = (content: string): number => countTextTokens(content, vendor);
  return [
    ...tools.map((tool) => plainBlock(`tool ${JSON.stringify(tool)}`, text(JSON.stringify(tool)))),
    ...(typeof instructions === 'string'
      ? [plainBlock(`instructions ${instructions}`, tokensOfItem + text(instructions))]
      : []),
    ...items.map((item) => plainBlock(`item ${JSON.stringify(item)}`, tokensOfItem + countItem(item, vendor))),
    plainBlock('answer', tokensOfAnswer),
  ];
}

/** Members whose text the model does not read. */
const unread: ReadonlySet<string> = new Set(['type', 'id', 'status', 'encrypted_content', 'extra_content', 'call_id']);

function countItem(item: JsonRecord, vendor: Vendor): number {
  return Object.entries(item).reduce((sum, [name, held]) => {
    if (unread.has(name) || held === null) return sum;
    if (typeof held === 'string') return sum + countTextTokens(held, vendor);
    if (name !== 'content' && name !== 'output') return sum + countTextTokens(JSON.stringify(held), vendor);
    return sum + asArray(held).reduce<number>((parts, part) => parts + countPart(asRecord(part), vendor), 0);
  }, 0);
}

function countPart(part: JsonRecord, vendor: Vendor): number {
  const { image_url: image, file } = part;
  if (image !== undefined) {
    const url = typeof image === 'string' ? image : asString(asRecord(image).url);
    return countImageTokens(dataOfUrl(url), vendor);
  }
  const data = part.file_data ?? asRecord(file).file_data;
  if (typeof data === 'string') return countDocumentTokens(dataOfUrl(data));
  return countTextTokens(asString(part.text) || asString(part.refusal), vendor);
}
