import { type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { ListedModel, RequestHead } from '../dialect.ts';
import { invalidArgument } from './invalid-argument.ts';

/** Models per page, like Google's (https://ai.google.dev/api/models#method:-models.list). */
const defaultPageSize = 50;
const maxPageSize = 1000;

/** Encodes a `ListModelsResponse`. @throws Failure `invalid-request` for invalid pagination parameters */
export function encodeModels(models: readonly ListedModel[], { query }: RequestHead): ByteString {
  const size = readCount(query, 'pageSize', 'page_size') ?? defaultPageSize;
  const start = readCount(query, 'pageToken', 'page_token') ?? 0;
  const end = start + Math.min(Math.max(size, 1), maxPageSize);
  return encodeJson({
    models: models.slice(start, end).map(toWire),
    ...(end < models.length && { nextPageToken: String(end) }),
  });
}

/** Encodes a `Model`. */
export function encodeModel(model: ListedModel): ByteString {
  return encodeJson(toWire(model));
}

function toWire({ id, displayName, contextWindow, maxOutputTokens, thinking }: ListedModel): JsonRecord {
  return {
    name: `models/${id}`,
    baseModelId: id,
    version: '001',
    displayName,
    ...(contextWindow !== null && { inputTokenLimit: contextWindow }),
    ...(maxOutputTokens !== null && { outputTokenLimit: maxOutputTokens }),
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
    thinking,
  };
}

function readCount(query: URLSearchParams, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = query.get(name);
    if (value === null || value === '') continue;
    if (/^\d{1,9}$/.test(value)) return Number(value);
    throw invalidArgument(name, `Invalid value at '${name}': expected an integer.`);
  }
  return undefined;
}
