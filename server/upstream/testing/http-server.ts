import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';

/** A server for one test, on a free loopback port. */
export interface TestServer {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function startHttpServer(answer: RequestListener): Promise<TestServer> {
  const server = createServer(answer);
  return { ...(await listen(server)), close: () => closeServer(server, () => server.closeAllConnections()) };
}

/** A TCP server that sends whatever `serve` writes. */
export async function startTcpServer(serve: (socket: Socket) => void): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  const closeSockets = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { ...(await listen(server)), close: () => closeServer(server, closeSockets) };
}

function listen(server: Server | TcpServer): Promise<{ origin: string; port: number }> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({ origin: `http://127.0.0.1:${port}`, port });
    });
  });
}

function closeServer(server: Server | TcpServer, dropConnections: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    dropConnections();
  });
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
