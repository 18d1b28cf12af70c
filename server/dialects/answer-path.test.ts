import { expect, test } from 'vitest';
import { dialects } from './index.ts';

const model = 'anthropic:claude-sonnet-4@20250514';

test.each(dialects.flatMap((dialect) => [true, false].map((stream) => ({ dialect, stream, name: dialect.name }))))(
  'where $name answers (stream: $stream), it answers',
  ({ dialect, stream }) => {
    const { pathname, searchParams } = new URL(`http://gateway/v1${dialect.answerPath({ model, stream })}`);
    const path = decodeURIComponent(pathname);
    const head = { method: 'POST', path, query: searchParams, headers: {} };
    const fits = (place: string) => (place.endsWith('*') ? path.startsWith(place.slice(0, -1)) : path === place);
    const [first] = dialects.flatMap(({ name, endpoints }) =>
      endpoints
        .filter((endpoint) => endpoint.method === 'POST' && fits(endpoint.path) && (endpoint.accepts?.(head) ?? true))
        .map(({ does }) => ({ name, does })),
    );
    expect(first).toEqual({ name: dialect.name, does: 'answer' });
  },
);
