import type { ConversationRequest } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { type JsonRecord, readRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { ClaudeTraits } from './claude-models.ts';
import type { WireMessage } from './encode-messages.ts';
import { encodeSampling } from './encode-sampling.ts';
import { encodeThinking } from './encode-thinking.ts';
import type { MessagesTarget } from './messages-target.ts';

export interface GenerationContext {
  readonly traits: ClaudeTraits;
  readonly target: MessagesTarget;
  /** The request's vendor data of this dialect. */
  readonly own: JsonRecord;
  readonly toolChoice: JsonRecord | undefined;
  readonly turns: readonly WireMessage[];
}

/** Encodes the members that control generation: `max_tokens`, `thinking`, `output_config` and sampling. */
export function encodeGeneration(request: ConversationRequest, context: GenerationContext): JsonRecord {
  const { traits, target, toolChoice, turns } = context;
  const { maxTokens, thinking, effort, thinks } = encodeThinking(request.reasoning, {
    traits,
    ceiling: target.maxOutputTokens ?? traits.maxOutputTokens,
    maxOutputTokens: request.maxOutputTokens,
    forced: toolChoice?.type === 'any' || toolChoice?.type === 'tool',
    turns,
    notes: target.notes,
  });
  const outputConfig = encodeOutputConfig(effort, context);
  return {
    max_tokens: maxTokens,
    ...encodeSampling(request, traits, thinks, target.notes),
    ...encodeThinkingMember(thinking, context),
    ...outputConfig,
  };
}

/**
 * Adds members that the neutral language does not cover. They may contain a type of thinking that only this API has.
 */
function encodeThinkingMember(thinking: JsonRecord | undefined, { own, traits }: GenerationContext): JsonRecord {
  const members = readRecord(own.thinking);
  if (members.type !== undefined && traits.thinking === 'adaptive') return { thinking: members };
  return thinking === undefined ? {} : { thinking: { ...members, ...thinking } };
}

/** True if the client asked for a format with this API's own member, and the model supports it. */
export function supportsNativeFormat(
  own: JsonRecord,
  { traits, target: { refusedMembers } }: Pick<GenerationContext, 'traits' | 'target'>,
): boolean {
  if (!traits.structuredOutput || ownFormat(own) === undefined) return false;
  return !refusedMembers.has('output_config') && !refusedMembers.has('output_config.format');
}

/** The format in `output_config`, or in the older `output_format`, which needs a beta and is to be removed. */
function ownFormat(own: JsonRecord): unknown {
  return readRecord(own.output_config).format ?? own.output_format ?? undefined;
}

function encodeOutputConfig(effort: string | undefined, context: GenerationContext): JsonRecord {
  const { own, traits, target } = context;
  const { format: _format, effort: ownEffort, ...others } = readRecord(own.output_config);
  const supported = supportedEffort(effort ?? ownEffort, traits, target.notes);
  const config = {
    ...others,
    ...withoutUndefined({ effort: supported }),
    ...(supportsNativeFormat(own, context) && { format: ownFormat(own) }),
  };
  return Object.keys(config).length > 0 ? { output_config: config } : {};
}

function supportedEffort(effort: unknown, { effort: isSupported }: ClaudeTraits, notes: TranslationLog): unknown {
  if (effort === undefined || effort === null || isSupported) return effort ?? undefined;
  notes.dropped('output_config.effort', 'This model does not support it.');
  return undefined;
}
