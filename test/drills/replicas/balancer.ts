import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../support/find-program.ts';
import { freePort } from '../../support/free-port.ts';
import { ServiceProcess } from '../../support/service-process.ts';

/** A balancer in front of replicas, which says of each answer whose it is. */
export interface Balancer {
  readonly origin: string;
  close(): Promise<void>;
}

/** The header that names the replica that answered or failed: `host:port`. */
export const replicaHeader = 'x-replica';

/** As docs/operations.md has it: who is not ready gets nothing, and what reached nobody is sent to another. */
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

/** @param replicas where they listen: `host:port` */
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
