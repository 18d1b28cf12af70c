import type { Server } from 'node:http';

/** Milliseconds. */
const sweepInterval = 50;
/** How long streams may take to send their end to the clients; milliseconds. */
const streamEndTimeout = 500;

interface CloseServerOptions {
  /** How long running exchanges may continue; milliseconds. */
  readonly timeout: number;
  /** Ends the exchanges that still run after the time limit. Their clients get an error. */
  readonly endRunning: () => void;
}

/** Stops accepting requests and lets running exchanges finish. Connections that remain are closed soon after the limit. */
export async function closeServer(
  app: { close(): Promise<unknown>; server: Pick<Server, 'closeIdleConnections' | 'closeAllConnections'> },
  { timeout, endRunning }: CloseServerOptions,
): Promise<void> {
  // Node only closes connections that are idle now, not those that become idle later. Clients would keep the process
  // alive with those.
  const sweep = setInterval(() => app.server.closeIdleConnections(), sweepInterval);
  const end = setTimeout(endRunning, timeout);
  const cut = setTimeout(() => app.server.closeAllConnections(), timeout + streamEndTimeout);
  await app.close();
  for (const timer of [sweep, end, cut]) clearTimeout(timer);
}
