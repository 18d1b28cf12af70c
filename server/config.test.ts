import { describe, expect, it } from 'vitest';
import { settings } from '../contract/settings.ts';
import { ConfigError, readConfig } from './config.ts';

describe('readConfig', () => {
  it('removes the line break at the end of a secret from a file', () => {
    const environment = {
      ADMIN_PASSWORD: 'correct horse battery\n',
      METRICS_TOKEN: 'sixteen-letters-x\r\n',
      PORT: '80\n',
    };
    expect(readConfig({ ...environment, HOST: '\n' })).toMatchObject({
      adminPassword: 'correct horse battery',
      metricsToken: 'sixteen-letters-x',
      port: 80,
      host: '127.0.0.1',
    });
  });

  it('takes no timeout that the settings could not show', () => {
    const times = Object.keys(settings.shape.timeouts.shape).length;
    const environment = (value: number) =>
      Object.fromEntries(
        ['CONNECT', 'FIRST_BYTE', 'WHOLE_ANSWER', 'SILENCE', 'TOTAL'].map((name) => [`${name}_TIMEOUT_MS`, `${value}`]),
      );
    for (const value of [1, 86_400_000]) {
      const { timeouts } = readConfig({ ...environment(value), HEARTBEAT_MS: `${value}` });
      expect(settings.shape.timeouts.parse(timeouts)).toEqual(timeouts);
      expect(new Set(Object.values(timeouts))).toEqual(new Set([value]));
      expect(Object.keys(timeouts)).toHaveLength(times);
    }
  });

  it('waits longer for whole answers than for streams to start', () => {
    expect(readConfig({}).timeouts.wholeAnswer).toBe(600_000);
    expect(readConfig({ FIRST_BYTE_TIMEOUT_MS: '1000' }).timeouts.wholeAnswer).toBe(5000);
    expect(readConfig({ WHOLE_ANSWER_TIMEOUT_MS: '7' }).timeouts.wholeAnswer).toBe(7);
  });

  it('has a default for every setting', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      port: 8000,
      host: '127.0.0.1',
      atlassianOrigin: 'https://api.atlassian.com',
      logLevel: 'info',
      trustProxy: false,
      maxBodyBytes: 33_554_432,
    });
    expect(config.dataDir).toMatch(/[\\/]data$/);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('takes an empty variable for an unset one', () => {
    expect(readConfig({ PORT: '', SECRET_KEY: '' })).toMatchObject({ port: 8000, secretKey: undefined });
  });

  it('reads the proxy as other programs do: in small letters too, with or without a scheme', () => {
    const none = { http: undefined, https: undefined, exceptions: undefined };
    expect(readConfig({}).proxy).toEqual(none);
    expect(readConfig({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'localhost' }).proxy).toEqual({
      ...none,
      https: 'http://proxy:3128',
      exceptions: 'localhost',
    });
    const small = { http_proxy: 'proxy:3128', https_proxy: '', HTTP_PROXY: 'http://other:1' };
    expect(readConfig(small).proxy).toEqual({ ...none, http: 'http://proxy:3128' });
  });

  it.each([
    ['true', true],
    ['false', false],
    ['2', 2],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['loopback, fd00::/8', 'loopback, fd00::/8'],
  ])('reads TRUST_PROXY=%s', (text, expected) => {
    expect(readConfig({ TRUST_PROXY: text }).trustProxy).toBe(expected);
  });

  it.each(['postgres://a:b@db.internal:5433/gateway?sslmode=require', 'postgresql:///x?host=/run/postgresql'])(
    'takes %s for a database',
    (url) => {
      expect(readConfig({ DATABASE_URL: url })).toMatchObject({ databaseUrl: url, databasePoolSize: 10 });
    },
  );

  it.each([
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['PORT', '0x50'],
    ['PORT', '8e3'],
    ['PORT', ' 80'],
    ['PORT', '-80'],
    ['SHUTDOWN_TIMEOUT_MS', '1.5'],
    ['ATLASSIAN_ORIGIN', 'ftp://example.com'],
    ['ATLASSIAN_ORIGIN', 'https://example.com/path'],
    ['LOG_LEVEL', 'loud'],
    ['SECRET_KEY', 'hunter2'],
    ['ADMIN_PASSWORD', 'hunter2'],
    ['MAX_BODY_BYTES', '-1'],
    ['TRUST_PROXY', 'nonsense'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.1,'],
    ['CONNECT_TIMEOUT_MS', '0'],
    ['HTTP_PROXY', 'socks5://user:hunter2@proxy:1080'],
    ['HTTPS_PROXY', 'http://user:hunter2@:x'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['DATABASE_URL', 'postgres://secret@localhost'],
    ['DATABASE_URL', 'localhost:5432'],
    ['DATABASE_URL', 'gibberish'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'gibberish'],
    ['DATABASE_POOL_SIZE', '1'],
    ['REDIS_URL', 'http://localhost'],
    ['REDIS_URL', 'redis+sentinel://localhost'],
  ])('names %s in one line and does not show its value', (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^Bad setting ${name}: [^\\n]+$`));
    expect(read).not.toThrow(new RegExp(value.replaceAll('/', '\\/')));
  });

  it.each(['DATABASE_URL', 'REDIS_URL', 'HTTP_PROXY', 'PUBLIC_URL'])('%s: an example survives redaction', (name) => {
    const read = () => readConfig({ [name]: 'mailto:x' });
    expect(read).toThrow();
    expect(read).not.toThrow(/:\/\/[^\s/]+@/);
  });
});
