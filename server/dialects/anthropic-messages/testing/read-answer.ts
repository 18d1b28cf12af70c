import { readAnthropicStream } from '../../../../test/schemas/anthropic.ts';
import { isRecord, type JsonRecord, parseJson, readArray, readRecord, readString } from '../../../lib/json.ts';

/** Collects a stream into a message like the official SDK; undefined if it ends with an error. */
export function addUpStream(text: string): JsonRecord | undefined {
  let message: Record<string, unknown> = {};
  let content: Record<string, unknown>[] = [];
  for (const event of readAnthropicStream(text)) {
    switch (event.type) {
      case 'message_start':
        message = { ...readRecord(event.message) };
        content = readArray(message.content)
          .filter(isRecord)
          .map((block) => ({ ...block }));
        break;
      case 'content_block_start':
        content.push({ ...readRecord(event.content_block) });
        break;
      case 'content_block_delta':
        grow(content.at(-1) ?? {}, readRecord(event.delta));
        break;
      case 'message_delta':
        Object.assign(message, event.delta, { usage: { ...readRecord(message.usage), ...readRecord(event.usage) } });
        break;
      case 'error':
        return undefined;
    }
  }
  return { ...message, content: content.map(close) };
}

function grow(block: Record<string, unknown>, delta: JsonRecord): void {
  const append = (name: string, text: unknown) => {
    block[name] = (readString(block[name]) ?? '') + (readString(text) ?? '');
  };
  if (delta.type === 'text_delta') append('text', delta.text);
  else if (delta.type === 'thinking_delta') append('thinking', delta.thinking);
  else if (delta.type === 'signature_delta') block.signature = delta.signature;
  else if (delta.type === 'input_json_delta') append('json', delta.partial_json);
  else if (delta.type === 'citations_delta') block.citations = [...readArray(block.citations), delta.citation];
}

function close({ json, ...block }: Record<string, unknown>): JsonRecord {
  if (typeof json !== 'string') return block;
  return { ...block, input: json === '' ? {} : (parseJson(json) ?? json) };
}
