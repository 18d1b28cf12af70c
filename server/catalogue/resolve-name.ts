/*
 * Clients ask for models by the names that they know: those of the vendors, of other gateways, or of a version that is not
 * on offer. This finds the model that is meant.
 */

/** A model's name, taken apart. */
interface ParsedName {
  /** The label before the name: `anthropic`, `bedrock`, …; empty when there is none. */
  readonly label: string;
  /** The name with its version, without its date: `claude-sonnet-4-5`. */
  readonly line: string;
  /** The line without its version: `claude-sonnet`. */
  readonly family: string;
  /** Numbers, most significant first. */
  readonly version: readonly number[];
  /** A date, or another number behind the line, that tells its editions apart; empty when there is none. */
  readonly edition: string;
  readonly preview: boolean;
}

/** A longer name is nobody's. */
const longestName = 200;

/**
 * Finds models by other names than their ids and aliases, in this order:
 *
 * 1. the same name in another spelling: without `models/`, a provider, `-latest`, `-v1:0` or `[1m]`; `X-DATE` is `X@DATE`,
 *    `4.5` is `4-5`;
 * 2. the newest edition of the same line, when no date is named, or one that is not on offer;
 * 3. the newest version of the same family, when the version is not on offer: `claude-opus-5-5` is the newest opus.
 *
 * Of equals the one with the same label (`bedrock`) comes first, then the one that comes first in the list.
 *
 * @returns undefined for a name that means none of the models
 */
export function createNameResolver<Model extends { readonly id: string }>(
  models: readonly Model[],
): (name: string) => Model | undefined {
  const known = models.map((model) => ({ model, name: parseName(model.id) }));
  return (name) => {
    if (name.length > longestName) return undefined;
    const asked = parseName(name);
    const sameLine = known.filter((other) => other.name.line === asked.line);
    const sameName = sameLine.filter((other) => other.name.edition === asked.edition);
    const sameFamily = known.filter((other) => other.name.family === asked.family);
    const candidates = [sameName, sameLine, sameFamily].find((list) => list.length > 0) ?? [];
    return newestOf(candidates, asked)?.model;
  };
}

interface Candidate {
  readonly name: ParsedName;
}

function newestOf<Item extends Candidate>(candidates: readonly Item[], asked: ParsedName): Item | undefined {
  let newest: Item | undefined;
  for (const candidate of candidates) {
    if (newest === undefined || compare(candidate.name, newest.name, asked) > 0) newest = candidate;
  }
  return newest;
}

/** Positive when the left one is to be taken. */
function compare(left: ParsedName, right: ParsedName, asked: ParsedName): number {
  return (
    compareVersions(left.version, right.version) ||
    Number(right.preview) - Number(left.preview) ||
    compareEditions(left.edition, right.edition) ||
    Number(left.label === asked.label) - Number(right.label === asked.label)
  );
}

function compareVersions(left: readonly number[], right: readonly number[]): number {
  for (let place = 0; place < Math.max(left.length, right.length); place += 1) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** One without an edition is what the vendor keeps up to date. */
function compareEditions(left: string, right: string): number {
  if (left === right) return 0;
  if (left === '' || right === '') return left === '' ? 1 : -1;
  return left > right ? 1 : -1;
}

function parseName(name: string): ParsedName {
  const lower = name.toLowerCase().replace(/\[[^[\]]*\]$/, '');
  const path = lower.split('/');
  const last = path.at(-1) ?? '';
  const colon = last.search(/:(?!\d+$)/);
  const label = colon > 0 ? last.slice(0, colon) : (path.at(-2) ?? '');
  const bare = last
    .slice(colon + 1)
    // Bedrock's regions and vendor.
    .replace(/^(?:[a-z-]{2,10}\.)?anthropic\./, '')
    // Bedrock's edition of its own: `-v1:0`, `-v2:0`, `-v1`.
    .replace(/-v\d{1,2}(?::\d{1,2})?$/, '')
    .replace(/-latest$/, '');
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
