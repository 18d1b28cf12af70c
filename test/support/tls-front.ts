import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';

const folder = join(import.meta.dirname, '../fixtures/tls');

/** File for `NODE_EXTRA_CA_CERTS`, to trust a server behind `startTlsFront`. */
export const authorityFile = join(folder, 'authority.pem');

/** Terminates TLS for `upstream.test` in front of a local plain HTTP server. */
export async function startTlsFront(port: number): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const certificate = {
    key: readFileSync(join(folder, 'server-key.pem')),
    cert: readFileSync(join(folder, 'server.pem')),
  };
  const server = createServer(certificate, (socket) => {
    const inner = connect(port, '127.0.0.1');
    sockets.add(socket).add(inner);
    inner.on('error', () => socket.destroy());
    socket.on('error', () => inner.destroy());
    socket.on('close', () => inner.destroy());
    socket.pipe(inner).pipe(socket);
  });
  server.on('tlsClientError', () => undefined);
  const own = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    port: own,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
