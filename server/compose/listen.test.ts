import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type ListenOptions } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { listen } from './listen.ts';

const clients = 600;
/**
 * Turns of the event loop in which all accepted connections are established. A dropped one is retried only after a
 * second.
 */
const turns = 50;

it('lets many clients connect at once', async () => {
  const server = createServer();
  const app = {
    async listen(options: ListenOptions) {
      await once(server.listen(options), 'listening');
      return '';
    },
  };
  await listen(app, { host: '127.0.0.1', port: 0 });
  const { port } = server.address() as AddressInfo;
  const sockets = Array.from({ length: clients }, () => connect(port, '127.0.0.1'));
  let connected = 0;
  for (const socket of sockets) socket.once('connect', () => connected++);
  for (let turn = 0; turn < turns; turn++) await nextTurn();
  for (const socket of sockets) socket.destroy();
  server.close();
  expect(connected).toBe(clients);
});
