import { isRecord, type JsonRecord } from './json.ts';
import { mapSubschemas } from './map-subschemas.ts';

export interface InlinedSchema {
  /** The original object if it contains no `$schema`, `$ref` and `$defs`. */
  readonly schema: JsonRecord;
  /** References that could not be inlined (recursive, external, dangling, or too many). They became `{}`. */
  readonly unresolved: readonly string[];
  /** True if there are unresolved references, and all of them are recursive: valid, but endless when inlined. */
  readonly recursive: boolean;
}

/**
 * How many subschemas the references of one request may still become. Nested references grow exponentially, and a request
 * may have hundreds of tools; no real one needs this many.
 */
export class InliningBudget {
  #left = 20_000;

  /** @returns false if nothing is left */
  spend(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }
}

const maxDepth = 256;

const droppedKeywords = new Set(['$schema', '$ref', '$defs', 'definitions']);

/**
 * Removes `$schema` from a JSON Schema and inlines its local references (`#/$defs/…`), because most vendors' dialects
 * of JSON Schema do not support them. Siblings of a reference are kept, as in JSON Schema 2020-12.
 *
 * @param budget shared by all schemas of a request
 */
export function inlineSchemaReferences(root: JsonRecord, budget: InliningBudget): InlinedSchema {
  if (!mentionsReferences(root, maxDepth)) return { schema: root, unresolved: [], recursive: false };
  const unresolved = new Set<string>();
  let invalid = false;
  let isExhausted = false;
  // A reference may be long, and is resolved again in each place where it is inlined.
  const targets = new Map<string, JsonRecord | undefined>();

  function inlineSchema(schema: JsonRecord, open: readonly string[]): JsonRecord {
    if (open.length > 1 && !budget.spend()) isExhausted = true;
    const kept = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !droppedKeywords.has(keyword)));
    const written = mapSubschemas(kept, (inner) => inlineSchema(inner, open));
    return typeof schema.$ref === 'string' ? { ...resolve(schema.$ref, open), ...written } : written;
  }

  function resolve(reference: string, open: readonly string[]): JsonRecord {
    if (!targets.has(reference)) targets.set(reference, pointedTo(root, reference));
    const target = targets.get(reference);
    const recursive = open.includes(reference);
    if (target === undefined || recursive || open.length >= maxDepth || isExhausted) {
      invalid ||= !recursive;
      unresolved.add(reference);
      return {};
    }
    return inlineSchema(target, [...open, reference]);
  }

  const schema = inlineSchema(root, ['#']);
  return { schema, unresolved: [...unresolved], recursive: unresolved.size > 0 && !invalid };
}

function mentionsReferences(value: unknown, levels: number): boolean {
  if (Array.isArray(value)) return value.some((item) => mentionsReferences(item, levels - 1));
  if (!isRecord(value)) return false;
  for (const key in value) {
    if (key === '$ref' || key === '$schema' || key === '$defs') return true;
    if (levels > 0 && mentionsReferences(value[key], levels - 1)) return true;
  }
  return false;
}

/** Resolves a local JSON pointer in a URI fragment (RFC 6901, section 6), if it points to a schema. */
function pointedTo(root: JsonRecord, reference: string): JsonRecord | undefined {
  if (!reference.startsWith('#/')) return undefined;
  let place: unknown = root;
  for (const step of reference.slice(2).split('/')) {
    const key = decodeFragment(step).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return undefined;
    place = Reflect.get(place, key);
  }
  return isRecord(place) ? place : undefined;
}

function decodeFragment(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
