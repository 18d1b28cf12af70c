/**
 * Prints how many unused objects are still in memory after V8 has collected the young generation only. Run it with
 * `--expose-gc`.
 */
import { Buffer } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { createUpstreamClient } from '../client.ts';
import { UpstreamDispatch } from '../dispatch.ts';
import { createUnifiedRoute } from '../routes/unified/index.ts';
import { startHttpServer } from './http-server.ts';
import { recordCall } from './record-call.ts';

const rounds = 10;
const timeouts = { connect: 2000, firstByte: 5000, wholeAnswer: 5000, silence: 5000 };

/** Promotes all live objects to the old generation. */
function promoteAll(): void {
  for (let times = 0; times < 3; times += 1) collectYoung();
}

function collectYoung(): void {
  globalThis.gc?.({ type: 'minor', execution: 'sync' });
}

async function countKept(things: readonly WeakRef<object>[]): Promise<number> {
  // A WeakRef that was just created or dereferenced keeps its target alive until the end of the turn.
  await turn();
  collectYoung();
  return things.filter((thing) => thing.deref() !== undefined).length;
}

/** Decodes chunks of a stream that is so slow that everything waiting for them is in the old generation. */
async function decodeSlowStream(): Promise<number> {
  const decoder = createUnifiedRoute(() => 'id').createDecoder({
    secrets: [],
    contentType: undefined,
    frames: undefined,
  });
  const read = (text: string) => {
    const choice = { index: 0, delta: { content: text }, finish_reason: null };
    const events = decoder.decode(Buffer.from(`data: ${JSON.stringify({ choices: [choice] })}\n\n`));
    return [new WeakRef(events), ...events.map((event) => new WeakRef(event))];
  };
  const things: WeakRef<object>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    promoteAll();
    const made = read(`Text ${round}`);
    // The decoder learns its template from the first chunks.
    if (round > 1) things.push(...made);
    await turn();
  }
  return countKept(things);
}

/** The same for the response side of the client. */
async function receiveSlowStream(): Promise<number> {
  const ignore = () => undefined;
  const dispatch = new UpstreamDispatch(
    { onStart: ignore, onData: ignore, onEnd: ignore, onFailure: ignore },
    {
      request: { path: '/', account: { email: '', token: '', cloudId: null } },
      timeouts,
      proxied: false,
      now: Date.now,
    },
  );
  const controller = { abort: ignore, pause: ignore, resume: ignore } as unknown as Dispatcher.DispatchController;
  dispatch.onRequestStart(controller);
  dispatch.onResponseStart(controller, 200, {});
  const receive = () => {
    const part = Buffer.allocUnsafeSlow(10);
    dispatch.onResponseData(controller, part);
    return new WeakRef(part);
  };
  const things: WeakRef<object>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    promoteAll();
    things.push(receive());
    await turn();
  }
  const kept = await countKept(things);
  dispatch.abort();
  return kept;
}

/** Sends large bodies one by one on one connection. The first is in the old generation when its response arrives. */
async function sendLargeBodies(): Promise<number> {
  const waiting: ServerResponse[] = [];
  const server = await startHttpServer((request, response) => {
    request.resume().on('end', () => waiting.push(response));
  });
  const client = createUpstreamClient({ origin: server.origin, timeouts: () => timeouts });
  const account = { email: 'owner@example.com', token: 'token', cloudId: null };
  const send = async (beforeAnswer = () => {}) => {
    const body = [10, 300_000, 20].map((size) => Buffer.alloc(size, 'x'));
    const { over } = recordCall(client, { path: '/', body, account });
    while (waiting.length === 0) await turn();
    beforeAnswer();
    waiting.pop()?.end('ok');
    await over;
    return new WeakRef(body);
  };
  await send(promoteAll);
  const things: WeakRef<object>[] = [];
  for (let round = 0; round < rounds; round += 1) things.push(await send());
  await send();
  const kept = await countKept(things);
  await client.close();
  await server.close();
  return kept;
}

const kept = {
  decoded: await decodeSlowStream(),
  received: await receiveSlowStream(),
  sent: await sendLargeBodies(),
};
process.stdout.write(JSON.stringify(kept));
