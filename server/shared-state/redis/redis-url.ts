import { readFileSync } from 'node:fs';

/** The parsed `REDIS_URL` of a Redis or Valkey server. */
export interface RedisAddress {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** The sentinels' master group. */
  readonly groupName: string | undefined;
  readonly database: number;
  /** The user name for the sentinels themselves. */
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
  /** Undefined without TLS. `ca`: an additional certificate authority, in PEM. */
  readonly tls: { readonly ca?: string } | undefined;
}

/** Has a one-line message that reveals nothing of the URL. */
export class RedisUrlUnusable extends Error {
  override readonly name = 'RedisUrlUnusable';
}

const pattern = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?]*)@)?([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;
const parameters = ['ca', 'sentinelUsername', 'sentinelPassword'];
const usualPorts = { single: 6379, cluster: 6379, sentinel: 26_379 };

/**
 * Reads `redis://user:password@host:6379/0`, `redis+sentinel://…@host:26379,host:26379/group/0` and
 * `redis+cluster://…@host:6379,host:6379`, or `rediss` instead of `redis` for TLS. Parameters: `ca`, the path of a
 * certificate authority's certificate; `sentinelUsername` and `sentinelPassword`.
 *
 * @throws RedisUrlUnusable
 */
export function readRedisUrl(url: string): RedisAddress {
  const match = pattern.exec(url);
  if (match === null) throw new RedisUrlUnusable('REDIS_URL must be a URL such as redis://host:6379.');
  const [, scheme, kind = 'single', user, hosts = '', path = '', query = ''] = match;
  if (kind !== 'single' && kind !== 'sentinel' && kind !== 'cluster') throw new RedisUrlUnusable('unreachable');
  const given = new URLSearchParams(query);
  const unknown = [...given.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) throw new RedisUrlUnusable(`REDIS_URL: the parameters are ${parameters.join(', ')}.`);
  const names = path.split('/').filter((name) => name !== '');
  const groupName = kind === 'sentinel' ? names.shift() : undefined;
  if (kind === 'sentinel' && groupName === undefined) {
    throw new RedisUrlUnusable("REDIS_URL must name the sentinels' group: redis+sentinel://host:26379/group.");
  }
  return {
    kind,
    hosts: hosts.split(',').map((host) => readHost(host, usualPorts[kind])),
    ...readUser(user),
    groupName,
    database: readDatabase(names, kind),
    sentinelUsername: given.get('sentinelUsername') ?? undefined,
    sentinelPassword: given.get('sentinelPassword') ?? undefined,
    tls: scheme === 'rediss' ? readTls(given.get('ca')) : undefined,
  };
}

function readHost(text: string, usualPort: number): RedisAddress['hosts'][number] {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:\s]+)(?::(\d{1,5}))?$/.exec(text);
  const [, host, port] = match ?? [];
  if (host === undefined || Number(port ?? 0) > 65_535) throw new RedisUrlUnusable('REDIS_URL: a host is malformed.');
  return { host: host.replaceAll(/[[\]]/g, ''), port: port === undefined ? usualPort : Number(port) };
}

function readUser(text: string | undefined): Pick<RedisAddress, 'username' | 'password'> {
  if (text === undefined || text === '') return { username: undefined, password: undefined };
  const colon = text.indexOf(':');
  const decode = (part: string) => {
    try {
      return decodeURIComponent(part) || undefined;
    } catch (cause) {
      throw new RedisUrlUnusable('REDIS_URL: a % in the user or the password must be written %25.', { cause });
    }
  };
  if (colon === -1) return { username: decode(text), password: undefined };
  return { username: decode(text.slice(0, colon)), password: decode(text.slice(colon + 1)) };
}

function readDatabase(names: readonly string[], kind: RedisAddress['kind']): number {
  const [name = '0'] = names;
  if (names.length > 1 || !/^\d{1,4}$/.test(name))
    throw new RedisUrlUnusable('REDIS_URL: the path is a database number.');
  if (kind === 'cluster' && name !== '0') throw new RedisUrlUnusable('REDIS_URL: a cluster has no database but 0.');
  return Number(name);
}

function readTls(ca: string | null): { readonly ca?: string } {
  if (ca === null) return {};
  try {
    return { ca: readFileSync(ca, 'utf8') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RedisUrlUnusable(`REDIS_URL: the certificate cannot be read (${reason}).`, { cause });
  }
}
