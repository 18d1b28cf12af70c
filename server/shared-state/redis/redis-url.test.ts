import { describe, expect, it } from 'vitest';
import { type RedisAddress, RedisUrlUnusable, readRedisUrl } from './redis-url.ts';

const plain: RedisAddress = {
  kind: 'single',
  hosts: [{ host: 'localhost', port: 6379 }],
  username: undefined,
  password: undefined,
  groupName: undefined,
  database: 0,
  sentinelUsername: undefined,
  sentinelPassword: undefined,
  tls: undefined,
};

describe('readRedisUrl', () => {
  it.each<[string, Partial<RedisAddress>]>([
    ['redis://localhost', {}],
    ['redis://localhost/', {}],
    ['redis://:p%40ss@localhost', { password: 'p@ss' }],
    [
      'redis://me:a:b@10.0.0.1:6380/3',
      { username: 'me', password: 'a:b', hosts: [{ host: '10.0.0.1', port: 6380 }], database: 3 },
    ],
    ['rediss://[::1]:6380', { hosts: [{ host: '::1', port: 6380 }], tls: {} }],
    [
      'redis+sentinel://me:secret@one,two:26380/main/2?sentinelUsername=s&sentinelPassword=t',
      {
        kind: 'sentinel',
        hosts: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 26_380 },
        ],
        username: 'me',
        password: 'secret',
        groupName: 'main',
        database: 2,
        sentinelUsername: 's',
        sentinelPassword: 't',
      },
    ],
    [
      'rediss+cluster://one:7000,two',
      {
        kind: 'cluster',
        hosts: [
          { host: 'one', port: 7000 },
          { host: 'two', port: 6379 },
        ],
        tls: {},
      },
    ],
  ])('reads %s', (url, expected) => {
    expect(readRedisUrl(url)).toEqual({ ...plain, ...expected });
  });

  it.each([
    'http://localhost',
    'redis://',
    'redis://host:99999',
    'redis://secret host',
    'redis://:%zz-secret@host',
    'redis://host/one',
    'redis://host/1/2',
    'redis+sentinel://host',
    'redis+cluster://host/1',
    'redis+proxy://host',
    'redis://host?tls=true',
    'rediss://host?ca=/nowhere/ca.pem',
  ])('refuses %s in one line that does not show it', (url) => {
    const read = () => readRedisUrl(url);
    expect(read).toThrow(RedisUrlUnusable);
    expect(read).toThrow(/^REDIS_URL[^\n]+\.$/);
    expect(read).not.toThrow(/secret/);
  });
});
