import { type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { ListedModel, RequestHead } from '../dialect.ts';
import { codexInstructions } from './codex-instructions.ts';

/** Codex sends its version as a parameter, and expects `{models: […]}` instead of a list. */
export function isCodex({ query }: RequestHead): boolean {
  return query.has('client_version');
}

/**
 * Encodes Codex's `ModelsResponse` (codex-rs/protocol/src/openai_models.rs). Codex rejects the whole list if a model lacks
 * a member that it requires, and then knows neither the models nor their context windows.
 */
export function encodeCodexModels(models: readonly ListedModel[]): ByteString {
  return encodeJson({ models: models.map(describeModel) });
}

function describeModel(model: ListedModel, index: number) {
  return {
    slug: model.id,
    display_name: model.displayName,
    description: null,
    visibility: 'list',
    supported_in_api: true,
    priority: index,
    upgrade: null,
    base_instructions: codexInstructions,
    context_window: model.contextWindow,
    max_output_tokens: model.maxOutputTokens,
    truncation_policy: { mode: 'tokens', limit: 10_000 },
    supported_reasoning_levels: model.thinking ? reasoningLevels : [],
    supports_reasoning_summaries: model.thinking,
    support_verbosity: false,
    default_verbosity: null,
    shell_type: 'shell_command',
    apply_patch_tool_type: 'freeform',
    supports_parallel_tool_calls: true,
    experimental_supported_tools: [],
    input_modalities: ['text', 'image'],
  };
}

const reasoningLevels = [
  { effort: 'low', description: 'Short reasoning, fast answers' },
  { effort: 'medium', description: 'Reasoning for everyday tasks' },
  { effort: 'high', description: 'Long reasoning for hard tasks' },
];
