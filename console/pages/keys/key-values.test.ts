import { describe, expect, it } from 'vitest';
import type { Key } from '../../../contract/keys.ts';
import { loggingSpans, readKey, showKey } from './key-values.ts';

const limits = {
  requestsPerMinute: 60,
  tokensPerMinute: null,
  concurrentRequests: null,
  tokensPerDay: null,
  tokensPerMonth: null,
  dollarsPerDay: null,
  dollarsPerMonth: 2.5,
  models: ['gpt-5'],
  addresses: null,
};
const expiresAt = new Date(2030, 0, 2, 3, 4).getTime();
const key: Key = {
  id: 'k',
  name: 'Laptop',
  maskedKey: 'sk-…',
  enabled: true,
  createdAt: 0,
  expiresAt,
  lastUsedAt: null,
  limits,
  promptCaching: null,
  contentLoggingUntil: null,
  activity: [],
};

describe('a key’s form', () => {
  it('gives back unchanged what it was shown', () => {
    expect(readKey(showKey(key), 0)).toEqual({
      ...{ name: 'Laptop', expiresAt, limits },
      ...{ promptCaching: null, contentLoggingUntil: null },
    });
  });

  it('takes empty fields as no limit', () => {
    const { limits: read, expiresAt: never } = readKey({ ...showKey(undefined), name: 'New' }, 0);
    expect(Object.values(read).every((limit) => limit === null)).toBe(true);
    expect(never).toBeNull();
  });

  it('starts content logging now, ends it, or leaves it as it runs', () => {
    const running = showKey({ ...key, contentLoggingUntil: 99 });
    expect(readKey(running, 1000)).not.toHaveProperty('contentLoggingUntil');
    expect(readKey({ ...running, logging: 'off' }, 1000)).toMatchObject({ contentLoggingUntil: null });
    expect(readKey({ ...running, logging: 'hour' }, 1000)).toMatchObject({
      contentLoggingUntil: 1000 + loggingSpans.hour,
    });
  });
});
