import { asRecord, asString, type JsonRecord } from '../json.ts';
import { countDocumentTokens, countImageTokens } from '../tokens/image-tokens.ts';
import { type PromptBlock, plainBlock } from '../tokens/prompt-block.ts';
import { countTextTokens } from '../tokens/text-tokens.ts';
import { type GeminiRequest, inCamelCase, partsOf } from './request.ts';

/** The prompt in the order in which Gemini caches it: system, tools, contents. */
export function promptBlocks({ body, declarations, contents }: GeminiRequest): readonly PromptBlock[] {
  const system = asRecord(body.systemInstruction ?? body.system_instruction);
  return [
    ...partsOf(system).map((part) => toBlock(part, 'system')),
    ...declarations.map((declared) => {
      const content = JSON.stringify(declared);
      return plainBlock(`tool ${content}`, countTextTokens(content, 'google'));
    }),
    ...contents.flatMap((content) => partsOf(content).map((part) => toBlock(part, String(content.role)))),
  ];
}

function toBlock(part: JsonRecord, role: string): PromptBlock {
  return plainBlock(`${role} ${JSON.stringify(part)}`, countPart(part));
}

function countPart(part: JsonRecord): number {
  if (typeof part.text === 'string') return countTextTokens(part.text, 'google');
  if (part.inlineData !== undefined) return countData(inCamelCase(asRecord(part.inlineData)));
  const { thoughtSignature: _, ...others } = part;
  return countTextTokens(JSON.stringify(others), 'google');
}

function countData({ mimeType, data }: JsonRecord): number {
  return mimeType === 'application/pdf'
    ? countDocumentTokens(asString(data))
    : countImageTokens(asString(data), 'google');
}
