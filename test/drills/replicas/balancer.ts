import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../support/find-program.ts';
import { freePort } from '../../support/free-port.ts';
import { ServiceProcess } from '../../support/service-process.ts';

/** A load balancer in front of replicas, which labels each answer with its replica. */
export interface Balancer {
  readonly origin: string;
  close(): Promise<void>;
}

/** The header that names the replica that answered or failed: `host:port`. */
export const replicaHeader = 'x-replica';

/**
 * The configuration in docs/operations.md: replicas that are not ready get no requests, and failed connections are
 * retried on another.
 */
function configuration(port: number, replicas: readonly string[]): string {
  return `
global
  maxconn 4096
defaults
  mode http
  timeout connect 2s
  timeout client 300s
  timeout server 300s
  timeout check 5s
  option httpclose
  retries 3
  option redispatch 1
  retry-on conn-failure
frontend clients
  bind 127.0.0.1:${port}
  default_backend gateway
backend gateway
  balance leastconn
  option httpchk
  http-check send meth GET uri /ready ver HTTP/1.1 hdr Host localhost
  default-server check inter 200ms fall 1 rise 1
  http-after-response set-header ${replicaHeader} %s
  ${replicas.map((replica) => `server ${replica} ${replica}`).join('\n  ')}
`;
}

/** @param replicas addresses as `host:port` */
export async function startBalancer(replicas: readonly string[]): Promise<Balancer> {
  const file = findProgram('haproxy') ?? '/usr/sbin/haproxy';
  const folder = mkdtempSync(join(tmpdir(), 'haproxy-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const path = join(folder, 'haproxy.cfg');
  writeFileSync(path, configuration(port, replicas));
  const service = new ServiceProcess({
    file,
    arguments: ['-db', '-f', path],
    folder,
    isReady: async () => (await fetch(`${origin}/health`).catch(() => undefined))?.ok === true,
  });
  await service.start();
  return { origin, close: () => service.close('SIGTERM') };
}
