/*
 * Clients request models by names from vendors or other gateways, or by versions that are not available. This module
 * finds the best match.
 */

/** A model's name, parsed. */
interface ParsedName {
  /** The label before the name: `anthropic`, `bedrock`, …; empty if there is none. */
  readonly label: string;
  /** The name with its version but without a date: `claude-sonnet-4-5`. */
  readonly line: string;
  /** The line without its version: `claude-sonnet`. */
  readonly family: string;
  /** Numbers, most significant first. */
  readonly version: readonly number[];
  /** A date or other number after the line that identifies an edition; empty if there is none. */
  readonly edition: string;
  readonly preview: boolean;
}

/** Longer names match no model. */
const maxNameLength = 200;

/**
 * Finds models by names other than their ids and aliases, in this order:
 *
 * 1. the same name in another spelling: without `models/`, a provider, `-latest`, `-v1:0`, `[1m]`, or a way to serve the
 *    model (`:thinking`); with `X-DATE` for `X@DATE` or `4.5` for `4-5`;
 * 2. the newest edition of the same line, when the name has no date, or one that is not available;
 * 3. the newest version of the same family, when the version is not available: `claude-opus-5-5` gives the newest opus.
 *
 * Ties are broken by the same label (`bedrock`), then by list order.
 *
 * @returns undefined for a name that matches no model
 */
export function createNameResolver<Model extends { readonly id: string }>(
  models: readonly Model[],
): (name: string) => Model | undefined {
  const known = models.map((model) => ({ model, name: parseName(model.id) }));
  const resolve = (name: string) => {
    const requested = parseName(name);
    const sameLine = known.filter((other) => other.name.line === requested.line);
    const sameName = sameLine.filter((other) => other.name.edition === requested.edition);
    const sameFamily = known.filter((other) => other.name.family === requested.family);
    const candidates = [sameName, sameLine, sameFamily].find((list) => list.length > 0) ?? [];
    return newestOf(candidates, requested)?.model;
  };
  return (name) =>
    name.length > maxNameLength ? undefined : (resolve(name) ?? resolve(name.trim().replace(variant, '')));
}

/** OpenRouter's ways to serve a model, and how other gateways name models that think. */
const variant = /(?::(?:thinking|beta|free|extended|nitro|floor|online|exacto)|-thinking)$/i;

interface Candidate {
  readonly name: ParsedName;
}

function newestOf<Item extends Candidate>(candidates: readonly Item[], requested: ParsedName): Item | undefined {
  let newest: Item | undefined;
  for (const candidate of candidates) {
    if (newest === undefined || compare(candidate.name, newest.name, requested) > 0) newest = candidate;
  }
  return newest;
}

/** Positive when the left one is preferred. */
function compare(left: ParsedName, right: ParsedName, requested: ParsedName): number {
  return (
    compareVersions(left.version, right.version) ||
    Number(right.preview) - Number(left.preview) ||
    compareEditions(left.edition, right.edition) ||
    Number(left.label === requested.label) - Number(right.label === requested.label)
  );
}

function compareVersions(left: readonly number[], right: readonly number[]): number {
  for (let place = 0; place < Math.max(left.length, right.length); place += 1) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A name without an edition comes first, because the vendor keeps it up to date. */
function compareEditions(left: string, right: string): number {
  if (left === right) return 0;
  if (left === '' || right === '') return left === '' ? 1 : -1;
  return left > right ? 1 : -1;
}

function parseName(name: string): ParsedName {
  const lower = name
    .trim()
    .toLowerCase()
    .replace(/\[[^[\]]*\]$/, '');
  const path = lower.split('/');
  const last = path.at(-1) ?? '';
  const colon = last.search(/:(?!\d+$)/);
  const label = colon > 0 ? last.slice(0, colon) : (path.at(-2) ?? '');
  const bare = last
    .slice(colon + 1)
    // Bedrock's region and vendor prefixes.
    .replace(/^(?:[a-z-]{2,10}\.)?anthropic\./, '')
    // Bedrock's own edition suffix: `-v1:0`, `-v2:0`, `-v1`.
    .replace(/-v\d{1,2}(?::\d{1,2})?$/, '')
    // `@default` is Vertex AI's.
    .replace(/[@-](?:latest|default)$/, '');
  const { rest, edition } = cutEdition(bare);
  const words = rest
    .replace(/-v\d{1,2}$/, '')
    .replaceAll('.', '-')
    .split('-');
  const version = words.filter((word) => /^\d{1,3}$/.test(word));
  const preview = words.some((word) => previewWords.has(word));
  const family = words.filter((word) => !/^\d{1,3}$/.test(word) && !previewWords.has(word));
  return {
    label,
    line: words.join('-'),
    family: family.join('-'),
    version: version.map(Number),
    edition,
    preview,
  };
}

const previewWords: ReadonlySet<string> = new Set(['preview', 'exp', 'experimental']);

/** `…@20250929`, `…-20250929`, `…-2025-08-07`, `…-preview-03-25`, `…-flash-001` */
const editionForm = /(?:@|-)(\d{8}|\d{4}-\d{2}-\d{2}|(?<=[a-z]-)\d{2}-\d{2}|(?<=[a-z]-)\d{3})$/;

function cutEdition(name: string): { readonly rest: string; readonly edition: string } {
  const found = editionForm.exec(name);
  if (found === null) return { rest: name, edition: '' };
  return { rest: name.slice(0, found.index), edition: (found[1] ?? '').replaceAll('-', '') };
}
