import { Cluster, Redis } from 'ioredis';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { createSentinelConnector, createServerConnector } from './connectors.ts';
import type { RedisAddress } from './redis-url.ts';

export type RedisClient = Redis | Cluster;

/** In milliseconds. */
const connectTimeout = 2000;
/** A server that does not respond for this long is treated as gone; milliseconds. */
const silence = 1000;
const maxPause = 2000;
const reconnect = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 10), maxPause);

export interface Connections {
  /** Fails immediately while the server is unreachable; commands are not queued. */
  readonly commands: RedisClient;
  /** Receives published messages. Its commands are queued while the server is unreachable. */
  readonly subscriber: RedisClient;
}

/** Starts to connect and retries forever. Errors never throw: commands fail, and the client emits `error`. */
export function connect(address: RedisAddress): Connections {
  const commands = create(address, false);
  const subscriber = create(address, true);
  for (const client of [commands, subscriber]) client.on('error', () => undefined);
  return { commands, subscriber };
}

function create(address: RedisAddress, isPatient: boolean): RedisClient {
  const { kind, hosts, tls, database } = address;
  const node = { ...nodeOptions(address, isPatient), Connector: createServerConnector(tls) };
  const queueing = { enableOfflineQueue: isPatient, enableAutoPipelining: !isPatient };
  if (kind === 'cluster') {
    return new Cluster([...hosts], {
      ...queueing,
      maxRedirections: 3,
      clusterRetryStrategy: reconnect,
      redisOptions: node,
      // Certificates contain host names, not addresses.
      ...(tls !== undefined && { dnsLookup: (host, callback) => callback(null, host) }),
    });
  }
  const own = { ...node, ...queueing, db: database, retryStrategy: reconnect };
  if (kind === 'single') return new Redis({ ...own, ...hosts[0] });
  const sentinel = sentinelOptions(address);
  return new Redis({ ...own, ...sentinel, Connector: createSentinelConnector(sentinel) });
}

function sentinelOptions(address: RedisAddress) {
  const { hosts, groupName, tls, sentinelUsername, sentinelPassword } = address;
  return {
    sentinels: [...hosts],
    role: 'master' as const,
    updateSentinels: true,
    sentinelMaxConnections: 10,
    disconnectTimeout: 2000,
    connectTimeout,
    sentinelRetryStrategy: reconnect,
    ...withoutUndefined({ name: groupName, sentinelUsername, sentinelPassword }),
    ...(tls !== undefined && { tls, enableTLSForSentinelMode: true, sentinelTLS: tls }),
  };
}

/** Options for each server connection. */
function nodeOptions({ username, password, tls }: RedisAddress, isPatient: boolean) {
  return {
    ...withoutUndefined({ username, password, tls }),
    connectTimeout,
    connectionName: 'atlassian-proxy',
    maxRetriesPerRequest: isPatient ? null : 0,
    autoResendUnfulfilledCommands: isPatient,
    ...(!isPatient && { socketTimeout: silence }),
  };
}
