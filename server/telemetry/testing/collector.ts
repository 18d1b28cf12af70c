import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
  readonly path: string | undefined;
  readonly body: string;
}

/** A collector of spans (OTLP/HTTP) that stores what it receives. */
export interface Collector {
  readonly origin: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** @param status of the next responses */
export async function startCollector(status = () => 200): Promise<Collector> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ path: request.url, body: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(status(), { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    received,
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
