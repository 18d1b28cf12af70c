import { expect, test } from 'vitest';
import { toPathSegment } from './path-segment.ts';

test.each(['claude-sonnet-4-5@20250929', 'anthropic.claude-3-5-sonnet-20241022-v2:0', 'gemini-2.5-pro'])(
  '%s is a segment',
  (model) => {
    expect(toPathSegment(model)).toBe(model);
  },
);

test.each(['', '.', '..', 'a/b', 'a?b', 'a#b', 'a%2fb', 'a b', 'a\\b', 'ä', 'a\nb'])(
  '%j is not a path segment',
  (model) => {
    expect(() => toPathSegment(model)).toThrow(expect.objectContaining({ kind: 'invalid-request', fault: 'route' }));
  },
);
