import type { EmbeddedJson } from '../../lib/embedded-json.ts';
import type { JsonRecord } from '../../lib/json.ts';

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
export function encodeToolResponse(output: FunctionOutput, embedded: EmbeddedJson): JsonRecord {
  const { text, failed } = output;
  const object = /^\s*\{/.test(text) ? embedded.parseObject(text) : undefined;
  if (object !== undefined) {
    const read = decodeToolResponse(object, embedded);
    if (read.text === text && read.failed === failed) return object;
  }
  return failed ? { error: text } : { output: text };
}

/** @param response Gemini's `response` */
export function decodeToolResponse(response: JsonRecord, embedded: EmbeddedJson): FunctionOutput {
  const names = Object.keys(response);
  const failed = names.length === 1 && names[0] === 'error';
  const said = failed ? response.error : names.length === 1 ? response.output : undefined;
  if (typeof said === 'string' && !isSentAsObject({ text: said, failed }, embedded)) return { text: said, failed };
  return { text: JSON.stringify(response), failed };
}

function isSentAsObject(output: FunctionOutput, embedded: EmbeddedJson): boolean {
  const encoded = encodeToolResponse(output, embedded);
  return (output.failed ? encoded.error : encoded.output) !== output.text || Object.keys(encoded).length !== 1;
}
