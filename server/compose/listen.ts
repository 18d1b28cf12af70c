import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from '../config.ts';
import { errorCode } from '../lib/error-code.ts';

interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly backlog: number;
}

/**
 * Maximum number of connections that wait to be accepted. The operating system has its own limit (on Linux `somaxconn`,
 * 4096). With Node's default of 511, some of a thousand simultaneous connections would be dropped, and retried after
 * one, three or seven seconds.
 */
const backlog = 4096;

/**
 * Listens on the configured address. @returns the origin @throws Error with a one-line message that names the setting
 * to change
 */
export async function listen(
  app: { listen(options: ListenOptions): Promise<string> },
  { host, port }: Pick<Config, 'host' | 'port'>,
): Promise<string> {
  try {
    return await app.listen({ host, port, backlog });
  } catch (cause) {
    throw new Error(explain(cause, host, port), { cause });
  }
}

/**
 * Checks that `listen` can succeed, before doing work that would be in vain otherwise.
 *
 * @throws Error with a one-line message that names the setting to change
 */
export async function requireFreePort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
  } catch (cause) {
    throw new Error(explain(cause, host, port), { cause });
  } finally {
    probe.close();
  }
}

function explain(error: unknown, host: string, port: number): string {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use by another program: stop that, or set PORT to another one.`;
    case 'EACCES':
      return `Port ${port} may not be used by this user: set PORT to 1024 or above.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine: set HOST to one that is.`;
    default:
      return `Cannot listen on port ${port} of ${host}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
