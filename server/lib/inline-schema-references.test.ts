import { describe, expect, test } from 'vitest';
import { InliningBudget, inlineSchemaReferences } from './inline-schema-references.ts';
import type { JsonRecord } from './json.ts';

const string = { type: 'string' };
const inline = (schema: JsonRecord) => inlineSchemaReferences(schema, new InliningBudget());

test('a schema without references is returned as is', () => {
  const schema = { type: 'object', properties: { a: string, b: { enum: [1, 2] } } };
  expect(inline(schema).schema).toBe(schema);
});

describe('references are inlined', () => {
  test.each([
    ['$schema goes', { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' }, { type: 'object' }],
    ['in $defs', { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: string } }, { properties: { a: string } }],
    ['in definitions', { items: { $ref: '#/definitions/a' }, definitions: { a: string } }, { items: string }],
    [
      'of references',
      { anyOf: [{ $ref: '#/$defs/a' }], $defs: { a: { items: { $ref: '#/$defs/b' } }, b: string } },
      { anyOf: [{ items: string }] },
    ],
    [
      'with siblings, which count',
      {
        properties: { a: { $ref: '#/$defs/a', description: 'mine' } },
        $defs: { a: { ...string, description: 'its' } },
      },
      { properties: { a: { ...string, description: 'mine' } } },
    ],
    [
      'at the root',
      { $ref: '#/$defs/a', $defs: { a: { type: 'object', properties: {} } } },
      { type: 'object', properties: {} },
    ],
    [
      'through escaped pointers',
      { items: { $ref: '#/$defs/a~1b%20c~0' }, $defs: { 'a/b c~': string } },
      { items: string },
    ],
    [
      'to another place',
      { properties: { a: string, b: { $ref: '#/properties/a' } } },
      { properties: { a: string, b: string } },
    ],
    [
      'but properties of those names stay',
      { properties: { $ref: string, $schema: string, definitions: string, $defs: { $ref: '#/properties/$ref' } } },
      { properties: { $ref: string, $schema: string, definitions: string, $defs: string } },
    ],
    [
      'but data stays',
      { $schema: 'x', enum: [{ $ref: '#/a' }], default: { $schema: 'y' }, const: { $defs: {} } },
      { enum: [{ $ref: '#/a' }], default: { $schema: 'y' }, const: { $defs: {} } },
    ],
  ])('%s', (_name, schema, expected) => {
    const before = structuredClone(schema);
    expect(inline(schema)).toEqual({ schema: expected, unresolved: [], recursive: false });
    expect(schema).toEqual(before);
  });
});

describe('unresolvable references allow anything', () => {
  test.each([
    ['itself', { properties: { a: { $ref: '#' } } }, { properties: { a: {} } }, '#'],
    [
      'a circle',
      { items: { $ref: '#/$defs/node' }, $defs: { node: { properties: { next: { $ref: '#/$defs/node' } } } } },
      { items: { properties: { next: {} } } },
      '#/$defs/node',
    ],
    ['nothing', { items: { $ref: '#/$defs/gone' } }, { items: {} }, '#/$defs/gone'],
    ['elsewhere', { items: { $ref: 'https://example.com/a.json' } }, { items: {} }, 'https://example.com/a.json'],
    ['a broken pointer', { items: { $ref: '#/%E0%A4%A' } }, { items: {} }, '#/%E0%A4%A'],
    ['what objects inherit', { items: { $ref: '#/constructor' } }, { items: {} }, '#/constructor'],
  ])('%s', (name, schema, expected, reference) => {
    const recursive = name === 'itself' || name === 'a circle';
    expect(inline(schema)).toEqual({ schema: expected, unresolved: [reference], recursive });
  });

  test('a circle beside what is invalid', () => {
    expect(inline({ anyOf: [{ $ref: '#' }, { $ref: '#/$defs/gone' }] }).recursive).toBe(false);
  });

  const bomb = (name: string) => {
    const $defs: Record<string, unknown> = { [`${name}40`]: string };
    for (let level = 0; level < 40; level += 1) {
      const next = { $ref: `#/$defs/${name}${level + 1}` };
      $defs[`${name}${level}`] = { properties: { a: next, b: next } };
    }
    return { $ref: `#/$defs/${name}0`, $defs };
  };

  test('exponential growth', { timeout: 20_000 }, () => {
    const { schema, unresolved } = inline(bomb('d'));
    expect(unresolved).not.toEqual([]);
    expect(JSON.stringify(schema).length).toBeLessThan(5_000_000);
  });

  test('exponential growth of many schemas of one request', { timeout: 20_000 }, () => {
    const budget = new InliningBudget();
    let length = 0;
    for (let count = 0; count < 200; count += 1) {
      length += JSON.stringify(inlineSchemaReferences(bomb('d'), budget).schema).length;
    }
    expect(length).toBeLessThan(5_000_000);
  });

  test('exponential growth with long references', { timeout: 20_000 }, () => {
    const since = performance.now();
    expect(inline(bomb('d'.repeat(40_000))).unresolved).not.toEqual([]);
    // 40 seconds if each reference were parsed in each place.
    expect(performance.now() - since).toBeLessThan(10_000);
  });
});
