import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A socket in Linux's abstract namespace: it disappears with the process. */
const name = '\0atlassian-proxy-bench';

async function listen(): Promise<Server | undefined> {
  const server = createServer().listen(name);
  return await once(server, 'listening').then(
    () => server,
    () => undefined,
  );
}

/** Waits until no other bench is running on this machine. Disposing releases the lock. */
export async function takeTurn(log: (line: string) => void): Promise<Disposable> {
  let server = await listen();
  if (server === undefined) log('Waiting for another run to end …');
  while (server === undefined) {
    await delay(500);
    server = await listen();
  }
  const held = server.unref();
  return { [Symbol.dispose]: () => held.close() };
}
