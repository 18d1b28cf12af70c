import type { UnwrappedAnswer } from '../../../dialects/openai-chat/decode-answer.ts';
import { isRecord, type JsonRecord, readRecord } from '../../../lib/json.ts';

/** Unwraps `{response_payload: {…}, platform_attributes: {model, metrics: {usage}}}`; also accepts a bare answer. */
export function unwrapUnified(value: JsonRecord): UnwrappedAnswer {
  const attributes = readRecord(value.platform_attributes);
  return {
    payload: isRecord(value.response_payload) ? value.response_payload : value,
    model: attributes.model,
    usage: readRecord(attributes.metrics).usage,
  };
}
