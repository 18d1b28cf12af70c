import { isRecord } from '../../lib/json.ts';

/** Log probabilities of a choice as in OpenAI's schema; null if there are none. */
export interface WireLogprobs {
  readonly content: readonly WireToken[] | null;
  readonly refusal: readonly WireToken[] | null;
}

interface WireToken {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[] | null;
  readonly top_logprobs: readonly unknown[];
}

/** Adds members that the upstream omitted from its tokens, and removes invalid tokens. */
export function encodeLogprobs(lists: {
  readonly content: readonly unknown[];
  readonly refusal: readonly unknown[];
}): WireLogprobs | null {
  const content = lists.content.flatMap(completeToken);
  const refusal = lists.refusal.flatMap(completeToken);
  if (content.length === 0 && refusal.length === 0) return null;
  return { content: content.length > 0 ? content : null, refusal: refusal.length > 0 ? refusal : null };
}

function completeToken(value: unknown): WireToken[] {
  if (!isRecord(value) || typeof value.token !== 'string' || typeof value.logprob !== 'number') return [];
  const alternatives = Array.isArray(value.top_logprobs) ? value.top_logprobs : [];
  return [
    {
      ...value,
      token: value.token,
      logprob: value.logprob,
      bytes: readBytes(value.bytes),
      top_logprobs: alternatives.flatMap(completeAlternative),
    },
  ];
}

function completeAlternative(value: unknown): unknown[] {
  if (!isRecord(value) || typeof value.token !== 'string' || typeof value.logprob !== 'number') return [];
  return [{ ...value, bytes: readBytes(value.bytes) }];
}

function readBytes(value: unknown): readonly number[] | null {
  return Array.isArray(value) && value.every((byte) => Number.isInteger(byte)) ? value : null;
}
