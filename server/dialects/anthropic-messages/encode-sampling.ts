import type { ConversationRequest } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { ClaudeTraits } from './claude-models.ts';

/** Claude rejects a lower `top_p` with thinking. */
const minTopPWithThinking = 0.95;

export interface EncodedSampling {
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
}

/** Encodes the sampling parameters that the model supports. Dropping a default value adds no note. */
export function encodeSampling(
  request: ConversationRequest,
  traits: Pick<ClaudeTraits, 'sampling'>,
  thinks: boolean,
  notes: TranslationLog,
): EncodedSampling {
  const temperature = encodeTemperature(request, traits, thinks, notes);
  const topP = encodeTopP(request, traits, thinks, temperature, notes);
  const topK = encodeTopK(request, traits, thinks, notes);
  // Omit a temperature that is the default, so that `top_p` can be sent.
  const redundant = traits.sampling === 'one' && temperature === 1 && topP !== undefined;
  return withoutUndefined({ temperature: redundant ? undefined : temperature, top_p: topP, top_k: topK });
}

type Traits = Pick<ClaudeTraits, 'sampling'>;

function encodeTemperature(
  { temperature }: ConversationRequest,
  { sampling }: Traits,
  thinks: boolean,
  notes: TranslationLog,
): number | undefined {
  if (temperature === undefined) return undefined;
  if (sampling === 'none' || (thinks && temperature !== 1)) {
    if (temperature !== 1) notes.dropped('temperature', defaultOnly(sampling));
    return undefined;
  }
  if (temperature > 1) notes.changed('temperature', 'This model supports a temperature up to 1.');
  return Math.min(1, temperature);
}

function encodeTopP(
  { topP }: ConversationRequest,
  { sampling }: Traits,
  thinks: boolean,
  temperature: number | undefined,
  notes: TranslationLog,
): number | undefined {
  if (topP === undefined) return undefined;
  if (sampling === 'none' || (thinks && topP < minTopPWithThinking)) {
    if (topP !== 1) notes.dropped('top_p', defaultOnly(sampling));
    return undefined;
  }
  if (sampling === 'both' || temperature === undefined || temperature === 1) return topP;
  if (topP !== 1) notes.dropped('top_p', 'This model supports either temperature or top_p, not both.');
  return undefined;
}

function encodeTopK(
  { topK }: ConversationRequest,
  { sampling }: Traits,
  thinks: boolean,
  notes: TranslationLog,
): number | undefined {
  if (topK === undefined) return undefined;
  if (sampling !== 'none' && !thinks) return topK;
  notes.dropped('top_k', defaultOnly(sampling));
  return undefined;
}

function defaultOnly(sampling: ClaudeTraits['sampling']): string {
  return sampling === 'none'
    ? 'This model only supports the default.'
    : 'Claude only supports the default with thinking.';
}
