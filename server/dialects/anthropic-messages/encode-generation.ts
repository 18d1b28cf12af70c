import type { ConversationRequest } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { type JsonRecord, readRecord } from '../../lib/json.ts';
import type { ClaudeTraits } from './claude-models.ts';
import type { WireMessage } from './encode-messages.ts';
import { encodeSampling } from './encode-sampling.ts';
import { encodeThinking } from './encode-thinking.ts';
import type { MessagesTarget } from './messages-target.ts';

export interface GenerationContext {
  readonly traits: ClaudeTraits;
  readonly target: MessagesTarget;
  /** The members that this dialect left in the request for itself. */
  readonly own: JsonRecord;
  readonly toolChoice: JsonRecord | undefined;
  readonly turns: readonly WireMessage[];
}

/** The members that say how the model is to write: `max_tokens`, `thinking`, `output_config` and the sampling. */
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

/** With the members that only this API knows; one of its kinds of thinking has no word in the language. */
function encodeThinkingMember(thinking: JsonRecord | undefined, { own, traits }: GenerationContext): JsonRecord {
  const members = readRecord(own.thinking);
  if (members.type !== undefined && traits.thinking === 'adaptive') return { thinking: members };
  return thinking === undefined ? {} : { thinking: { ...members, ...thinking } };
}

/** True when the client asked for a format in this API's own words, and the model takes them. */
export function takesOwnFormat(
  own: JsonRecord,
  { traits, target }: Pick<GenerationContext, 'traits' | 'target'>,
): boolean {
  const { refusedMembers } = target;
  if (!traits.structuredOutput) return false;
  if (readRecord(own.output_config).format !== undefined) {
    return !refusedMembers.has('output_config') && !refusedMembers.has('output_config.format');
  }
  return own.output_format !== undefined && !refusedMembers.has('output_format');
}

function encodeOutputConfig(effort: string | undefined, context: GenerationContext): JsonRecord {
  const { own, traits, target } = context;
  const { format, effort: ownEffort, ...others } = readRecord(own.output_config);
  const keepsFormat = takesOwnFormat(own, context);
  const said = effort ?? ownEffort;
  const taken = takenEffort(said, traits, target.notes);
  const config = {
    ...others,
    ...(taken !== undefined && { effort: taken }),
    ...(keepsFormat && format !== undefined && { format }),
  };
  return {
    ...(Object.keys(config).length > 0 && { output_config: config }),
    ...(keepsFormat && format === undefined && { output_format: own.output_format }),
  };
}

function takenEffort(effort: unknown, { effort: isTaken }: ClaudeTraits, notes: TranslationLog): unknown {
  if (effort === undefined || effort === null || isTaken) return effort ?? undefined;
  notes.dropped('output_config.effort', 'This model knows no effort.');
  return undefined;
}
