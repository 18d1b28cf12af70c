import { isIP } from 'node:net';
import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { timeoutRange } from '../contract/settings.ts';
import { type PublicUrl, readPublicUrl } from './lib/public-url.ts';
import { withoutUndefined } from './lib/without-undefined.ts';
import { readRedisUrl } from './shared-state/redis/redis-url.ts';

/** An invalid setting. The one-line message names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Only digits: `0x50` and `8e3` are more often mistakes than intended. */
const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number in digits')
    .transform(Number)
    .pipe(z.number().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`));
const port = whole(0, 65_535);
const milliseconds = whole(timeoutRange.min, timeoutRange.max);
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const origin = httpUrl
  .transform((text) => new URL(text))
  .refine(
    (url) => url.pathname === '/' && !url.search && !url.hash && !url.username,
    'must be an origin without a path',
  )
  .transform((url) => url.origin);
/** Like other programs, also accepts `host:port` without a scheme. */
const proxy = z
  .string()
  .transform((text) => (/^[a-z0-9]+:\/\//i.test(text) ? text : `http://${text}`))
  .pipe(z.url({ protocol: /^https?$/, error: 'must be the URL of an HTTP proxy' }));
const publicUrl = z.string().transform((text, context) => {
  const url = readPublicUrl(text);
  if (url !== undefined) return url;
  context.addIssue('must be an http or https URL without user, query and fragment');
  return z.NEVER;
});
/** `true`, `false`, a number of proxies, or a list of their addresses, as in Fastify's `trustProxy`. */
const trustProxy = z
  .string()
  .refine((text) => /^(true|false|\d+)$/.test(text) || text.split(',').every(isProxyAddress), {
    error: 'must be true, false, a number of proxies, or a list of addresses and ranges',
  })
  .transform((text) => {
    if (text === 'true' || text === 'false') return text === 'true';
    return /^\d+$/.test(text) ? Number(text) : text;
  });

function isProxyAddress(text: string): boolean {
  const [address = '', bits] = text.trim().split('/');
  if (['loopback', 'linklocal', 'uniquelocal'].includes(address)) return bits === undefined;
  const longest = { 4: 32, 6: 128 }[isIP(address)];
  return longest !== undefined && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= longest));
}

const databaseUrl = z
  .url({ protocol: /^postgres(ql)?$/, error: 'must be a URL such as postgres://host:5432/database', abort: true })
  .refine((text) => new URL(text).pathname.length > 1, 'must name a database, as in postgres://host/database');

/** Validated here, so that an invalid URL fails the start; parsed again where it is used. */
const redisUrl = z.string().superRefine((text, context) => {
  try {
    readRedisUrl(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    context.addIssue({ code: 'custom', message: message.replace(/^REDIS_URL:? /, '') });
  }
});

const schema = z.object({
  PORT: port.default(8000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_POOL_SIZE: whole(2, 1000).default(10),
  REDIS_URL: redisUrl.optional(),
  SECRET_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
  ADMIN_PASSWORD: z.string().min(10, 'must have at least 10 characters').max(256).optional(),
  ATLASSIAN_ORIGIN: origin.default('https://api.atlassian.com'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  TRUST_PROXY: trustProxy.default(false),
  PUBLIC_URL: publicUrl.optional(),
  MAX_BODY_BYTES: whole(1024, 1_073_741_824).default(33_554_432),
  BODY_MEMORY_BYTES: whole(1024, Number.MAX_SAFE_INTEGER).optional(),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  HTTP_PROXY: proxy.optional(),
  HTTPS_PROXY: proxy.optional(),
  NO_PROXY: z.string().optional(),
  CONNECT_TIMEOUT_MS: milliseconds.default(10_000),
  FIRST_BYTE_TIMEOUT_MS: milliseconds.default(120_000),
  WHOLE_ANSWER_TIMEOUT_MS: milliseconds.optional(),
  SILENCE_TIMEOUT_MS: milliseconds.default(300_000),
  TOTAL_TIMEOUT_MS: milliseconds.default(1_800_000),
  HEARTBEAT_MS: milliseconds.default(15_000),
  READER_TIMEOUT_MS: milliseconds.default(120_000),
  SHUTDOWN_TIMEOUT_MS: milliseconds.default(25_000),
  SHUTDOWN_DELAY_MS: whole(0, 600_000).default(0),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absolute path. */
  readonly dataDir: string;
  /** PostgreSQL URL; undefined: SQLite in the data folder. */
  readonly databaseUrl: string | undefined;
  /** URL of Redis or Valkey; undefined: limits are counted in this process. */
  readonly redisUrl: string | undefined;
  /** Maximum number of connections to PostgreSQL. */
  readonly databasePoolSize: number;
  readonly secretKey: string | undefined;
  /** Only used by the first start. */
  readonly adminPassword: string | undefined;
  readonly atlassianOrigin: string;
  readonly logLevel: string;
  readonly trustProxy: boolean | number | string;
  /** Where clients reach the gateway; undefined: at the address it listens on. */
  readonly publicUrl: PublicUrl | undefined;
  readonly maxBodyBytes: number;
  /** Memory for the bodies of all requests together. At least twice the maximum body size. */
  readonly bodyMemoryBytes: number;
  /** Token for reading `/metrics` from other machines. */
  readonly metricsToken: string | undefined;
  readonly otlpEndpoint: string | undefined;
  /** Proxies for connections to the upstream. */
  readonly proxy: {
    readonly http: string | undefined;
    readonly https: string | undefined;
    /** Hosts to connect to directly, separated by commas or white space. */
    readonly exceptions: string | undefined;
  };
  /** Default timeouts in milliseconds. The admin's settings take precedence. */
  readonly timeouts: {
    readonly connect: number;
    readonly firstByte: number;
    readonly wholeAnswer: number;
    readonly silence: number;
    readonly total: number;
    readonly heartbeat: number;
  };
  /** How long a stream's reader may accept no data; milliseconds. */
  readonly readerTimeout: number;
  /** How long running exchanges may continue after a stop was requested; milliseconds. */
  readonly shutdownTimeout: number;
  /** How long to keep serving after a stop was requested, while `/ready` reports not ready; milliseconds. */
  readonly shutdownDelay: number;
}

const maxBodyMemory = 1_073_741_824;

/** A quarter of the memory of the machine or container. */
function defaultBodyMemory(): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.min(maxBodyMemory, Math.floor(memory / 4));
}

/** The model writes all of an answer that is not streamed before its first byte. */
function defaultWholeAnswer(firstByte: number): number {
  return Math.min(timeoutRange.max, 5 * firstByte);
}

/**
 * Reads the settings from the environment. An empty variable counts as unset, because compose files and shells often
 * leave variables empty. Line breaks at the end are removed, because secrets read from files have them.
 *
 * @throws ConfigError that names the first invalid setting but never shows its value, which may be a secret
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const present = withUpperCaseProxies(
    Object.fromEntries(
      Object.entries(environment)
        .map(([name, value]) => [name, value?.replace(/(?<![\r\n])[\r\n]+$/, '')])
        .filter(([, value]) => value !== ''),
    ),
  );
  const parsed = schema.safeParse(present);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`Bad setting ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const values = parsed.data;
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    dataDir: resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    secretKey: values.SECRET_KEY,
    adminPassword: values.ADMIN_PASSWORD,
    atlassianOrigin: values.ATLASSIAN_ORIGIN,
    logLevel: values.LOG_LEVEL,
    trustProxy: values.TRUST_PROXY,
    publicUrl: values.PUBLIC_URL,
    maxBodyBytes: values.MAX_BODY_BYTES,
    bodyMemoryBytes: Math.max(2 * values.MAX_BODY_BYTES, values.BODY_MEMORY_BYTES ?? defaultBodyMemory()),
    metricsToken: values.METRICS_TOKEN,
    otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    proxy: Object.freeze({ http: values.HTTP_PROXY, https: values.HTTPS_PROXY, exceptions: values.NO_PROXY }),
    timeouts: Object.freeze({
      connect: values.CONNECT_TIMEOUT_MS,
      firstByte: values.FIRST_BYTE_TIMEOUT_MS,
      wholeAnswer: values.WHOLE_ANSWER_TIMEOUT_MS ?? defaultWholeAnswer(values.FIRST_BYTE_TIMEOUT_MS),
      silence: values.SILENCE_TIMEOUT_MS,
      total: values.TOTAL_TIMEOUT_MS,
      heartbeat: values.HEARTBEAT_MS,
    }),
    readerTimeout: values.READER_TIMEOUT_MS,
    shutdownTimeout: values.SHUTDOWN_TIMEOUT_MS,
    shutdownDelay: values.SHUTDOWN_DELAY_MS,
  });
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Proxy variables are often written in lower case, which then takes precedence. */
function withUpperCaseProxies(environment: Environment): Environment {
  const { http_proxy: http, https_proxy: https, no_proxy: none } = environment;
  return {
    ...environment,
    ...withoutUndefined({ HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: none }),
  };
}
