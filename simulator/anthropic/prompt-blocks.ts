import { asArray, asRecord, asString, type JsonRecord } from '../json.ts';
import { countDocumentTokens, countImageTokens } from '../tokens/image-tokens.ts';
import { type PromptBlock, plainBlock } from '../tokens/prompt-block.ts';
import { countTextTokens } from '../tokens/text-tokens.ts';
import { blocksOf, type MessagesRequest } from './request.ts';

const tokensOfToolUse = 346;
const tokensOfMessage = 4;
const tokensOfCall = 16;
const cacheSeconds = { '5m': 300, '1h': 3600 } as const;

/** The prompt in the order in which Anthropic caches it: tools, system, messages. */
export function promptBlocks({ body, tools, messages }: MessagesRequest): readonly PromptBlock[] {
  const system = typeof body.system === 'string' ? [{ type: 'text', text: body.system }] : asArray(body.system);
  // According to the documentation, a different tool choice or thinking mode invalidates the cached messages.
  const setting = JSON.stringify([body.tool_choice ?? null, body.thinking ?? null]);
  return [
    ...(tools.length === 0 ? [] : [plainBlock('tools', tokensOfToolUse)]),
    ...tools.map((tool) => toBlock(tool, 'tool', countText(JSON.stringify(withoutMark(tool))))),
    ...system.map(asRecord).map((block) => toBlock(block, 'system', countBlock(block))),
    ...messages.flatMap((message, index) =>
      blocksOf(message).map((block, at) => ({
        ...toBlock(block, String(message.role), countBlock(block) + (at === 0 ? tokensOfMessage : 0)),
        ...(index === 0 && at === 0 && { setting }),
      })),
    ),
  ];
}

function withoutMark(block: JsonRecord): JsonRecord {
  const { cache_control: _, ...others } = block;
  return others;
}

function toBlock(block: JsonRecord, place: string, tokens: number): PromptBlock {
  const mark = asRecord(block.cache_control);
  const seconds = mark.ttl === '1h' ? cacheSeconds['1h'] : cacheSeconds['5m'];
  return {
    content: `${place} ${JSON.stringify(withoutMark(block))}`,
    tokens,
    breakpoint: mark.type === 'ephemeral' ? { seconds } : null,
  };
}

function countText(text: string): number {
  return countTextTokens(text, 'anthropic');
}

function countBlock(block: JsonRecord): number {
  switch (block.type) {
    case 'text':
      return countText(asString(block.text));
    case 'thinking':
      return countText(asString(block.thinking));
    case 'image':
      return countImageTokens(asString(asRecord(block.source).data), 'anthropic');
    case 'document':
      return countDocument(asRecord(block.source));
    case 'tool_use':
      return tokensOfCall + countText(`${asString(block.name)} ${JSON.stringify(block.input ?? {})}`);
    case 'tool_result':
      return tokensOfCall + countResult(block.content);
    default:
      return countText(JSON.stringify(block));
  }
}

function countResult(content: unknown): number {
  if (typeof content === 'string') return countText(content);
  return asArray(content).reduce<number>((sum, inner) => sum + countBlock(asRecord(inner)), 0);
}

function countDocument(source: JsonRecord): number {
  if (source.type === 'base64') return countDocumentTokens(asString(source.data));
  if (source.type === 'text') return countText(asString(source.data));
  return countResult(source.content);
}
