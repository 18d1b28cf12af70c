import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readKnownFields } from './read-known-fields.ts';

const schema = z.object({ name: z.string(), count: z.number().int(), more: z.object({ deep: z.boolean() }) });

function read(stored: unknown) {
  const dropped: string[] = [];
  const known = readKnownFields(schema, stored, (field) => dropped.push(field));
  return { known, dropped };
}

describe('readKnownFields', () => {
  it('reads each field separately and reports invalid ones', () => {
    expect(read({ name: 'a', count: 1.5, more: { deep: true }, other: 1 })).toEqual({
      known: { name: 'a', more: { deep: true } },
      dropped: ['count'],
    });
    expect(read({ more: { deep: 'yes' } })).toEqual({ known: {}, dropped: ['more'] });
  });

  it.each([[null], ['broken'], [[1]]])('tells that %j is nothing to read from', (stored) => {
    expect(read(stored)).toEqual({ known: {}, dropped: [''] });
  });

  it('does not report missing fields', () => {
    expect(read(undefined)).toEqual({ known: {}, dropped: [] });
    expect(read({ name: undefined })).toEqual({ known: {}, dropped: [] });
  });
});
