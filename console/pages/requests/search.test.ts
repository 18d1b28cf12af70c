import { describe, expect, it } from 'vitest';
import { exportPath } from './queries.ts';
import { requestsSearch, toQuery } from './search.ts';

const hour = 3_600_000;

describe('the filters in the address', () => {
  it('become the query of the admin API', () => {
    const search = { range: '24h', outcome: 'failure', key: 'k', model: 'a:b', credential: 'c', text: 'boom' } as const;
    expect(toQuery(search, 100 * hour)).toEqual({
      from: 76 * hour,
      outcome: 'failure',
      keys: 'k',
      models: 'a:b',
      credentials: 'c',
      search: 'boom',
    });
    expect(toQuery({}, 0)).toEqual({});
  });

  it('pass over what is not understood', () => {
    expect(requestsSearch.parse({ range: 'year', outcome: 'maybe', text: 5 })).toEqual({});
  });

  it('go along into the export', () => {
    expect(exportPath({ outcome: 'failure', id: 'x' }, 'jsonl', 0)).toBe(
      '/admin/api/requests/export?outcome=failure&format=jsonl',
    );
  });
});
