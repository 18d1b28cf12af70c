import { Failure } from '../../conversation/failure.ts';
import { type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { ListedModel, RequestHead } from '../dialect.ts';

/** Items per page. */
const defaultLimit = 20;
const maxLimit = 1000;

/**
 * Encodes a page of models.
 *
 * @throws Failure `invalid-request` that names `limit`, `after_id` or `before_id`
 */
export function encodeModels(models: readonly ListedModel[], { query, headers }: RequestHead): ByteString {
  const limit = readLimit(query.get('limit'));
  const named = isClaudeCode(headers) ? models.map(showInClaudeCode) : models;
  const page = choosePage(named, limit, query);
  return encodeJson({
    data: page.models.map(toWire),
    has_more: page.hasMore,
    first_id: page.models[0]?.id ?? null,
    last_id: page.models.at(-1)?.id ?? null,
  });
}

function isClaudeCode({ 'user-agent': agent = '', 'x-app': app }: RequestHead['headers']): boolean {
  return app === 'cli' || /^claude-(?:cli|code)\//.test(agent);
}

/**
 * Claude Code only shows ids with its vendor's prefixes, so others get one. The gateway accepts every model with it.
 */
function showInClaudeCode(model: ListedModel): ListedModel {
  return /^(?:claude|anthropic)/.test(model.id) ? model : { ...model, id: `anthropic/${model.id}` };
}

/** Encodes the API's `ModelInfo`. */
export function encodeModel(model: ListedModel): ByteString {
  return encodeJson(toWire(model));
}

function choosePage(
  models: readonly ListedModel[],
  limit: number,
  query: URLSearchParams,
): { readonly models: readonly ListedModel[]; readonly hasMore: boolean } {
  const before = query.get('before_id');
  if (before !== null) {
    const end = indexOf(models, before, 'before_id');
    return { models: models.slice(Math.max(0, end - limit), end), hasMore: end > limit };
  }
  const after = query.get('after_id');
  const start = after === null ? 0 : indexOf(models, after, 'after_id') + 1;
  return { models: models.slice(start, start + limit), hasMore: start + limit < models.length };
}

function indexOf(models: readonly ListedModel[], id: string, parameter: string): number {
  const index = models.findIndex((model) => model.id === id);
  if (index === -1) throw invalidQuery(parameter, 'there is no such model');
  return index;
}

function readLimit(given: string | null): number {
  if (given === null) return defaultLimit;
  const limit = Number(given);
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxLimit) return limit;
  throw invalidQuery('limit', `Input should be a valid integer from 1 to ${maxLimit}`);
}

function invalidQuery(parameter: string, problem: string): Failure {
  return new Failure('invalid-request', `${parameter}: ${problem}`, {
    reason: 'unsupported-value',
    parameter,
    fault: 'request',
  });
}

function toWire({ id, created, displayName, contextWindow, maxOutputTokens }: ListedModel): JsonRecord {
  return {
    type: 'model',
    id,
    display_name: displayName,
    created_at: new Date(created * 1000).toISOString(),
    ...(contextWindow !== null && { max_input_tokens: contextWindow }),
    ...(maxOutputTokens !== null && { max_tokens: maxOutputTokens }),
  };
}
