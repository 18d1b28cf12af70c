import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestSchema } from './schema.ts';
import { isUsualRequest } from './usual-request.ts';

const names = ['stream', 'temperature', 'top_p', 'max_tokens', 'max_completion_tokens', 'stop', 'user', 'tools', 'n'];
const values = fc.oneof(
  fc.boolean(),
  fc.constantFrom<unknown>(null, 0, 1, 2, -1, 0.5, 1.5, 2.5, 1e300, '', 'a', [], ['a'], {}, [{ type: 'function' }]),
);
const required = fc.record({
  model: fc.constantFrom<unknown>('m', 'm', 'm', 'm', 'm', '', 1),
  messages: fc.constantFrom<unknown>([{}], [{}], [{}], [{}], [], 'a'),
});
const envelope = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...names, 'parallel_tool_calls', 'prompt_cache_key', '__proto__', 'other'), values, {
      maxKeys: 3,
    }),
    required,
    fc.constantFrom('', '', '', '', 'model', 'messages'),
  )
  .map(([optional, given, left]) => {
    const entries = Object.entries({ ...optional, ...given }).filter(([name]) => name !== left);
    return JSON.parse(
      `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
    );
  });

describe('isUsualRequest', () => {
  test('accepts only what the schema accepts and does not change', () => {
    let plain = 0;
    fc.assert(
      fc.property(envelope, (json) => {
        if (!isUsualRequest(json)) return;
        plain += 1;
        expect(requestSchema.parse(json)).toEqual(json);
      }),
      { numRuns: 3000 },
    );
    expect(plain).toBeGreaterThan(100);
  });

  test('accepts what clients send', () => {
    const body = {
      model: 'm',
      messages: [{}],
      stream: true,
      temperature: 0.7,
      max_tokens: 100,
      tools: [{}],
      stop: 'a',
    };
    expect(isUsualRequest(body)).toBe(true);
  });

  test.each([
    ['another member', { seed: 1 }],
    ['null', { stream: null }],
    ['a number out of its bounds', { temperature: 2.1 }],
    ['a fraction of a token', { max_tokens: 1.5 }],
    ['several stops', { stop: ['a'] }],
  ])('leaves %s to the schema', (_what, member) => {
    expect(isUsualRequest({ model: 'm', messages: [{}], ...member })).toBe(false);
  });
});
