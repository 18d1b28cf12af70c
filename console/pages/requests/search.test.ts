import { describe, expect, it } from 'vitest';
import { isFiltered, requestsSearch, toQuery } from './search.ts';

describe('the request log’s address', () => {
  it('drops what it does not understand', () => {
    expect(requestsSearch.parse({ outcome: 'odd', range: 5, model: 'a:b', page: 1, from: -3, largest: 'age' })).toEqual(
      {
        model: 'a:b',
      },
    );
  });

  it('becomes the admin API’s query', () => {
    const search = requestsSearch.parse({
      range: '1h',
      outcome: 'failure',
      key: 'k',
      model: 'm',
      credential: 'c',
      text: 'x',
      id: 'open',
    });
    expect(toQuery(search, 10_000_000)).toEqual({
      from: 10_000_000 - 3_600_000,
      outcome: 'failure',
      keys: 'k',
      models: 'm',
      credentials: 'c',
      search: 'x',
    });
    expect(toQuery({ range: 'all' }, 0)).toEqual({});
  });

  it('takes a time of its own before a range', () => {
    expect(toQuery({ range: '1h', from: 5, to: 9 }, 10_000_000)).toEqual({ from: 5, to: 9 });
    expect(toQuery({ to: 9 }, 10_000_000)).toEqual({ to: 9 });
  });

  it('knows a filter from a page or an order', () => {
    expect(isFiltered({ page: 3, cursor: 'x', largest: 'cost', id: 'y' })).toBe(false);
    expect(isFiltered({ page: 3, to: 5 })).toBe(true);
  });
});
