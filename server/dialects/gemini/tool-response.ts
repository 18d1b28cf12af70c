import type { EmbeddedJson } from '../../lib/embedded-json.ts';
import type { JsonRecord } from '../../lib/json.ts';

/*
 * A function's response is an object in Gemini and a text in other APIs. A text with the JSON of an object is sent as
 * that object, any other text as `{output: text}`, or `{error: text}` for a failed call
 * (https://ai.google.dev/api/caching#FunctionResponse). Encoding and decoding are inverse to each other.
 */

/** The output of a function. */
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
  const output = failed ? response.error : names.length === 1 ? response.output : undefined;
  if (typeof output === 'string' && !isSentAsObject({ text: output, failed }, embedded))
    return { text: output, failed };
  return { text: JSON.stringify(response), failed };
}

function isSentAsObject(output: FunctionOutput, embedded: EmbeddedJson): boolean {
  const encoded = encodeToolResponse(output, embedded);
  return (output.failed ? encoded.error : encoded.output) !== output.text || Object.keys(encoded).length !== 1;
}
