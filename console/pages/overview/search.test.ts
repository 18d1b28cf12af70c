import { describe, expect, it } from 'vitest';
import { isLive, overviewSearch, readSpan, toRequestsSearch } from './search.ts';

const hour = 3_600_000;
const now = 1000 * 24 * hour;

describe('the overview’s address', () => {
  it('drops what it does not understand', () => {
    expect(overviewSearch.parse({ range: '2h', by: 'age', from: 'x', focus: 'model', value: 'm' })).toEqual({
      focus: 'model',
      value: 'm',
    });
  });

  it('is a range up to now, or a time of its own, in intervals that fit', () => {
    expect(readSpan({}, now)).toEqual({ from: now - 24 * hour, interval: 'hour' });
    expect(readSpan({ range: '1h' }, now)).toEqual({ from: now - hour, interval: 'minute' });
    expect(readSpan({ range: '30d' }, now).interval).toBe('day');
    expect(readSpan({ from: now - 50 * hour, to: now - 48 * hour }, now)).toEqual({
      from: now - 50 * hour,
      to: now - 48 * hour,
      interval: 'minute',
    });
    expect(isLive({ from: 5 })).toBe(true);
    expect(isLive({ from: 5, to: 9 })).toBe(false);
  });

  it('leads to the requests that were counted', () => {
    expect(toRequestsSearch({})).toEqual({ range: '24h' });
    expect(toRequestsSearch({ from: 1, to: 9, focus: 'key', value: 'k' })).toEqual({ from: 1, to: 9, key: 'k' });
  });
});
