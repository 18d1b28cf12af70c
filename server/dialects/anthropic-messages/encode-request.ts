import { type AnswerTransformMaker, joinTransforms } from '../../conversation/answer-transform.ts';
import { CallIds } from '../../conversation/call-ids.ts';
import { noteForeignData } from '../../conversation/foreign-data.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { stopperFor } from '../../conversation/stop-at-sequences.ts';
import { plainNameRule, ToolNames, toolNamesIn } from '../../conversation/tool-names.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { createFenceUnwrapper } from '../../conversation/unwrap-code-fence.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { createAnswerUnwrapper } from '../../conversation/wrap-answer-schema.ts';
import { EmbeddedJson } from '../../lib/embedded-json.ts';
import { type JsonRecord, readRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { placeBreakpoints } from './cache-breakpoints.ts';
import { claudeTraitsOf } from './claude-models.ts';
import { toClaudeUser, withoutBlankStops } from './claude-rules.ts';
import { encodeGeneration, supportsNativeFormat } from './encode-generation.ts';
import { encodeHistory } from './encode-messages.ts';
import { type EncodedTools, encodeTools } from './encode-tools.ts';
import { type MessagesTarget, refusedTypesIn } from './messages-target.ts';
import { anthropicMessages } from './name.ts';
import { renameProperties } from './property-names.ts';
import { createAnswerFromTool, type FormatPlan, planFormat } from './structured-output.ts';

export interface EncodedMessages {
  /** Without `model`, `stream` and `anthropic_version`, which the route adds. */
  readonly body: JsonRecord;
  /** Called once for each answer; undefined if there is nothing to revert. */
  readonly createAnswerTransform: AnswerTransformMaker | undefined;
}

/**
 * Encodes any request as a Messages body that a Claude model accepts.
 *
 * @throws Failure `invalid-request` for requests that cannot be sent: media by URL or of an unsupported type, different
 *   tools with the same name, a blank last user message
 */
export function encodeMessagesRequest(given: ConversationRequest, target: MessagesTarget): EncodedMessages {
  const { notes } = target;
  const { request, createAnswerTransform: restoreProperties } = renameProperties(given);
  const traits = claudeTraitsOf(target.model, target.refusedMembers);
  const own = vendorMembersOf(request.vendor, anthropicMessages);
  const refusedTypes = refusedTypesIn(target);
  const names = new ToolNames(toolNamesIn(request), plainNameRule);
  noteForeignData(request, anthropicMessages, notes);
  noteUnsupported(request, notes);

  const { system, messages } = encodeHistory(request.messages, traits, {
    notes,
    callIds: new CallIds(),
    names,
    embedded: new EmbeddedJson(),
    refusedTypes,
  });
  const format = supportsNativeFormat(own, { traits, target }) ? noFormat : planFormat(request, traits, notes);
  if (format.as === 'prompt') system.push({ type: 'text', text: format.instruction });
  const { tools, toolChoice } = withFormatTool(encodeTools(request, { names, notes, refusedTypes }), format);
  placeBreakpoints({ tools, system, messages }, own.cache_control, {
    caching: target.promptCaching ?? 'client',
    minCachedTokens: traits.minCachedTokens,
    notes,
  });
  const stop = withoutBlankStops(request.stop ?? [], notes);
  const body = {
    ...encodeVendorMembers(own, notes),
    ...encodeGeneration(request, { traits, target, own, toolChoice, turns: messages }),
    ...(stop.length > 0 && { stop_sequences: stop }),
    ...encodeMetadata(request.user, own),
    ...(system.length > 0 && { system }),
    messages: messages.map(({ role, content, members }) => ({ role, content, ...members })),
    ...(tools.length > 0 && { tools }),
    ...withoutUndefined({ tool_choice: toolChoice }),
  };
  const stopper = stopperFor(request.stop, stop);
  const createAnswerTransform = joinTransforms(stopper, answerTransformOf(names, format), restoreProperties);
  return { body, createAnswerTransform };
}

const noFormat: FormatPlan = { as: 'nothing' };

function withFormatTool(encoded: EncodedTools, format: FormatPlan): EncodedTools {
  if (format.as !== 'tool') return encoded;
  const single = encoded.toolChoice?.disable_parallel_tool_use === true && { disable_parallel_tool_use: true };
  return { tools: [...encoded.tools, format.tool], toolChoice: { ...format.toolChoice, ...single } };
}

/** Members that are encoded separately. */
const separateMembers: ReadonlySet<string> = new Set([
  ...['metadata', 'thinking', 'output_config', 'output_format', 'cache_control'],
]);

/** Members of the API that the routes reject, or that have no effect there. */
const refusedRequestMembers: ReadonlySet<string> = new Set([
  ...['context_management', 'thread', 'service_tier', 'speed', 'billing_policy', 'diagnostics', 'fallbacks'],
  ...['fallback_credit_token', 'compaction'],
]);

function encodeVendorMembers(own: JsonRecord, notes: TranslationLog): JsonRecord {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(own)) {
    if (separateMembers.has(name)) continue;
    if (refusedRequestMembers.has(name)) notes.dropped(name, 'The route to this model does not support it.');
    else kept[name] = value;
  }
  return kept;
}

function encodeMetadata(user: string | undefined, own: JsonRecord): JsonRecord {
  const metadata = { ...readRecord(own.metadata), ...(user !== undefined && { user_id: toClaudeUser(user) }) };
  return Object.keys(metadata).length === 0 ? {} : { metadata };
}

/** Notes settings that the API does not have, unless they have the default value. */
function noteUnsupported(request: ConversationRequest, notes: TranslationLog): void {
  const unsupported: readonly (readonly [member: string, isSet: boolean])[] = [
    ['frequency_penalty', (request.frequencyPenalty ?? 0) !== 0],
    ['presence_penalty', (request.presencePenalty ?? 0) !== 0],
    ['seed', request.seed !== undefined],
    ['verbosity', request.verbosity !== undefined],
  ];
  for (const [member, isSet] of unsupported) if (isSet) notes.dropped(member, 'Claude does not support it.');
}

function answerTransformOf(names: ToolNames, format: FormatPlan): AnswerTransformMaker | undefined {
  const fromTool = format.as === 'tool' ? () => createAnswerFromTool(format.tool.name) : undefined;
  const unwrapper = format.as === 'tool' && format.wrapped ? createAnswerUnwrapper : undefined;
  return joinTransforms(fromTool, unwrapper, format.as === 'prompt' ? createFenceUnwrapper : undefined, names.restorer);
}
