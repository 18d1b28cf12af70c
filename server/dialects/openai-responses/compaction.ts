import { Buffer } from 'node:buffer';
import type { Message } from '../../conversation/message.ts';
import { isRecord, parseJson, readText } from '../../lib/json.ts';
import { invalidParameter } from '../openai/validation-failure.ts';

/*
 * A compaction stands for the conversation before it: a summary by the model, in a versioned payload that the client sends
 * back unread.
 */

const version = 'gateway-compaction-1';

/** @param summary in the model's words @returns padded base64 */
export function encodeCompaction(summary: string): string {
  return Buffer.from(JSON.stringify({ version, summary }), 'utf8').toString('base64');
}

/** @throws Failure for a payload that another server made */
export function readCompaction(payload: string, parameter: string): readonly Pick<Message, 'role' | 'parts'>[] {
  const value = parseJson(Buffer.from(payload, 'base64').toString('utf8'));
  const summary = isRecord(value) && value.version === version ? readText(value.summary) : undefined;
  if (summary === undefined) {
    const message = `Invalid '${parameter}': this compaction was not made by this gateway.`;
    throw invalidParameter(parameter, 'unsupported-value', message);
  }
  const text = `Summary of the conversation so far, which was compacted:\n\n${summary}`;
  return [{ role: 'user', parts: [{ type: 'text', text }] }];
}
