import { parseExactJson } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';

/*
 * A function's response is an object for Gemini and a text for everybody else. A text that is an object's JSON is sent as
 * that object, any other as `{output: text}` or, of a call that failed, `{error: text}`
 * (https://ai.google.dev/api/caching#FunctionResponse). Both directions agree: whatever one makes, the other reads back.
 */

/** What a function said. */
export interface FunctionOutput {
  readonly text: string;
  readonly failed: boolean;
}

/** @returns Gemini's `response` */
export function encodeToolResponse(output: FunctionOutput): JsonRecord {
  const { text, failed } = output;
  const object = /^\s*\{/.test(text) ? parseObject(text) : undefined;
  if (object !== undefined) {
    const read = decodeToolResponse(object);
    if (read.text === text && read.failed === failed) return object;
  }
  return failed ? { error: text } : { output: text };
}

/** @param response Gemini's `response` */
export function decodeToolResponse(response: JsonRecord): FunctionOutput {
  const names = Object.keys(response);
  const failed = names.length === 1 && names[0] === 'error';
  const said = failed ? response.error : names.length === 1 ? response.output : undefined;
  if (typeof said === 'string' && !isSentAsObject({ text: said, failed })) return { text: said, failed };
  return { text: JSON.stringify(response), failed };
}

function isSentAsObject(output: FunctionOutput): boolean {
  const encoded = encodeToolResponse(output);
  return (output.failed ? encoded.error : encoded.output) !== output.text || Object.keys(encoded).length !== 1;
}

function parseObject(text: string): JsonRecord | undefined {
  try {
    const value = parseExactJson(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
