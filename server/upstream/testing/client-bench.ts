import { Buffer } from 'node:buffer';
import type { RequestListener } from 'node:http';
import { afterEach } from 'vitest';
import type { UpstreamRequest } from '../call.ts';
import { createUpstreamClient, type UpstreamClient } from '../client.ts';
import type { UpstreamTimeouts } from '../transport-failure.ts';
import { startHttpServer, startTcpServer, type TestServer } from './http-server.ts';
import { type RecordedCall, recordCall } from './record-call.ts';

export const account = { email: 'owner@example.com', token: 'ATATT-secret-token', cloudId: null };
const usual: UpstreamTimeouts = { connect: 2000, firstByte: 5000, wholeAnswer: 5000, silence: 5000 };
const closers: (() => Promise<void>)[] = [];

/** Call once per file: closes the servers and clients of each test. */
export function closeAfterEach(): void {
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
}

export function clientOf(server: Pick<TestServer, 'origin'>, timeouts: Partial<UpstreamTimeouts> = {}): UpstreamClient {
  const client = createUpstreamClient({
    origin: server.origin,
    timeouts: () => ({ ...usual, ...timeouts }),
    now: () => Date.UTC(2026, 0, 1),
  });
  closers.push(() => client.close());
  return client;
}

export async function serve(answer: RequestListener): Promise<TestServer> {
  const server = await startHttpServer(answer);
  closers.push(() => server.close());
  return server;
}

export async function serveTcp(serveSocket: Parameters<typeof startTcpServer>[0]): Promise<TestServer> {
  const server = await startTcpServer(serveSocket);
  closers.push(() => server.close());
  return server;
}

/** Sends one POST to a server with this request listener. */
export async function post(
  answer: RequestListener,
  timeouts: Partial<UpstreamTimeouts> = {},
  request: Partial<UpstreamRequest> = {},
): Promise<RecordedCall> {
  const client = clientOf(await serve(answer), timeouts);
  return recordCall(client, {
    path: '/chat',
    body: [Buffer.from('{}')],
    account,
    model: 'label:m',
    upstreamModel: 'm',
    ...request,
  });
}
