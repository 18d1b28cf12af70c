import { isRecord, type JsonRecord } from '../../lib/json.ts';

/**
 * Converts the members of a candidate to those of the public API. Vertex calls the list of citations by another name
 * (https://ai.google.dev/api/generate-content#citationmetadata).
 *
 * @returns the same object if nothing has to change
 */
export function toPublicMembers(candidate: JsonRecord): JsonRecord {
  const { citationMetadata: metadata } = candidate;
  if (!isRecord(metadata) || metadata.citations === undefined || metadata.citationSources !== undefined) {
    return candidate;
  }
  const { citations: citationSources, ...others } = metadata;
  return { ...candidate, citationMetadata: { ...others, citationSources } };
}
