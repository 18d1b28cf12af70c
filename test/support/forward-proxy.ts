import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ForwardProxy {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  readonly port: number;
  /** The received requests in order: `CONNECT upstream.test:443`, `GET http://…`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export interface ForwardProxyOptions {
  /** Required `user:password`; if absent, no authentication. */
  readonly credentials?: string;
  /** Maps a requested host and port to a local port; others are refused with 403. */
  readonly ports?: Readonly<Record<string, number>>;
}

/** An HTTP proxy that tunnels `CONNECT` and forwards absolute URLs. */
export async function startForwardProxy(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, response) => forward(incoming, response, options, asked));
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (incoming, socket) => tunnel(incoming, socket, options, asked, sockets));
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function isAllowed({ headers }: IncomingMessage, { credentials }: ForwardProxyOptions): boolean {
  if (credentials === undefined) return true;
  return headers['proxy-authorization'] === `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function portOf(authority: string, { ports }: ForwardProxyOptions): number | undefined {
  return ports === undefined ? Number(authority.split(':').at(-1)) : ports[authority];
}

function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  options: ForwardProxyOptions,
  asked: string[],
): void {
  const { method = '', url = '', headers } = incoming;
  asked.push(`${method} ${url}`);
  const target = URL.parse(url);
  const port = target && portOf(target.host, options);
  if (!isAllowed(incoming, options)) response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end();
  else if (target === null || port === undefined || port === null) response.writeHead(403).end();
  else {
    const { 'proxy-authorization': _, 'proxy-connection': __, ...passed } = headers;
    const path = `${target.pathname}${target.search}`;
    const upstream = request({ host: '127.0.0.1', port, method, path, headers: passed }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    incoming.pipe(upstream);
  }
}

function tunnel(
  incoming: IncomingMessage,
  socket: Duplex,
  options: ForwardProxyOptions,
  asked: string[],
  sockets: Set<Duplex>,
): void {
  const { url = '' } = incoming;
  asked.push(`CONNECT ${url}`);
  socket.on('error', () => socket.destroy());
  const port = portOf(url, options);
  if (!isAllowed(incoming, options)) socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  else if (port === undefined) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  else {
    const upstream: Socket = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  }
}
