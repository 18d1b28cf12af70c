import type { ServerResponse } from 'node:http';
import type { Refusal } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import type { ResponseWatch } from '../control/watch-response.ts';
import { parseJson, writeJson } from '../json.ts';
import { encodeErrorBody } from '../refusal/errors.ts';
import { endingFrame, type Frame, type Reply } from './frame.ts';
import { chooseCompression, openResponseSink, type ResponseSink } from './response-sink.ts';
import { pause, untilAborted } from './waiting.ts';

/** One running answer: its response, its behaviour, and its watcher. */
export type Delivery = ResponseWatch & {
  readonly response: ServerResponse;
  readonly behaviour: Behaviour;
  readonly acceptEncoding: string;
};

type StreamReply = Extract<Reply, { readonly kind: 'stream' }>;

/** Sends the reply with the delays, breaks and byte formats that the behaviour asks for. */
export async function deliver(reply: Reply, delivery: Delivery): Promise<void> {
  const { behaviour, signal } = delivery;
  await pause(behaviour['first-byte'], signal);
  if (behaviour.hang === 'before-headers') await untilAborted(signal);
  if (signal.aborted) return;
  if (cutsAt(behaviour, 'before-headers')) return cutConnection(delivery);
  switch (reply.kind) {
    case 'error':
      return deliverBody(reply.status, reply.headers, reply.body, delivery);
    case 'json':
      return deliverBody(
        200,
        { 'content-type': 'application/json' },
        writeJson(reply.body, behaviour['json-style']),
        delivery,
      );
    case 'stream':
      return deliverStream(reply, delivery);
  }
}

function cutsAt(behaviour: Behaviour, place: 'before-headers' | 'after-headers' | 'after-done'): boolean {
  return behaviour.cut !== 'none' && behaviour['cut-at'] === place;
}

/** Sends a whole body with its length. A break or a pause comes after half of it. */
async function deliverBody(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  delivery: Delivery,
): Promise<void> {
  const { behaviour } = delivery;
  const bytes = Buffer.from(body);
  const isCut = behaviour.cut !== 'none';
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  const sent = behaviour.cut === 'end' ? half : bytes;
  const compression = chooseCompression(behaviour, delivery.acceptEncoding);
  const length = compression === 'none' ? { 'content-length': String(sent.length) } : {};
  const sink = await openBody(status, { ...headers, ...length }, compression, delivery);
  if (sink === null) return;
  if (isCut || behaviour.silence !== 0) {
    await sink.write(half);
    if (isCut) return cut(sink, delivery);
    await keepSilence(sink, '', delivery);
    await sink.write(bytes.subarray(half.length));
  } else {
    await sink.write(bytes);
  }
  if (!delivery.signal.aborted) sink.end();
}

/** Sends the headers; null if the answer ends there because it hangs, is cut, or the client has disconnected. */
async function openBody(
  status: number,
  headers: Readonly<Record<string, string>>,
  compression: 'gzip' | 'br' | 'none',
  delivery: Delivery,
): Promise<ResponseSink | null> {
  const { behaviour, response, signal } = delivery;
  const claimed = behaviour['claimed-coding'] || (compression === 'none' ? '' : compression);
  const coding = claimed === '' ? {} : { 'content-encoding': claimed };
  const type = behaviour['content-type'] === '' ? {} : { 'content-type': behaviour['content-type'] };
  sendInformational(behaviour, response);
  if (behaviour['body-end'] === 'close') endsWithConnection(response);
  const { 'content-length': length, ...others } = headers;
  const framing = length === undefined || behaviour['body-end'] === 'close' ? {} : { 'content-length': length };
  response.writeHead(status, { ...others, ...framing, ...coding, ...type });
  const isQuick =
    behaviour.hang === 'none' && behaviour.cut === 'none' && behaviour.silence === 0 && behaviour['first-chunk'] === 0;
  if (!isQuick) response.flushHeaders();
  if (behaviour.hang === 'after-headers') await untilAborted(signal);
  await pause(behaviour['first-chunk'], signal);
  if (signal.aborted) return null;
  const sink = openResponseSink(response, behaviour['write-size'], compression, signal);
  if (!cutsAt(behaviour, 'after-headers')) return sink;
  await cut(sink, delivery);
  return null;
}

/** An unsolicited 1xx response. */
function sendInformational({ informational }: Behaviour, response: ServerResponse): void {
  if (informational === 'continue') response.writeContinue();
  if (informational === 'processing') response.writeProcessing();
  if (informational === 'early-hints') response.writeEarlyHints({ link: '</style.css>; rel=preload' });
}

/** The body has neither a length nor chunks: it ends when the connection does. */
function endsWithConnection(response: ServerResponse): void {
  response.useChunkedEncodingByDefault = false;
  response.shouldKeepAlive = false;
}

async function deliverStream(reply: StreamReply, delivery: Delivery): Promise<void> {
  const { frames, writer, keepAlive = '' } = reply;
  const { behaviour, signal } = delivery;
  const compression = chooseCompression(behaviour, delivery.acceptEncoding);
  const sink = await openBody(
    200,
    { 'content-type': writer.contentType, 'cache-control': 'no-cache' },
    compression,
    delivery,
  );
  if (sink === null) return;
  const plan = planFaults(frames, behaviour);
  await sink.write(writer.open);
  for (const [index, frame] of plan.frames.entries()) {
    if (index === plan.cutAt) return cut(sink, delivery);
    if (behaviour.silence !== 0 && index === plan.silenceAt) await keepSilence(sink, keepAlive, delivery);
    else if (index > 0 && behaviour.pace > 0) await pause(behaviour.pace, signal);
    if (signal.aborted) return;
    await sink.write(writer.write(frame, { index, last: index === plan.frames.length - 1 }));
    delivery.onChunk();
  }
  if (plan.cutAt === plan.frames.length) return cut(sink, delivery);
  await sink.write(writer.close);
  if (cutsAt(behaviour, 'after-done')) return cut(sink, delivery);
  if (!signal.aborted) sink.end();
}

type FaultPlan = { readonly frames: readonly Frame[]; readonly cutAt: number; readonly silenceAt: number };

/** Faults come after the configured number of frames, but always before the frame with the finish. */
function planFaults(frames: readonly Frame[], behaviour: Behaviour): FaultPlan {
  const ending = frames.findIndex((frame) => frame.ending);
  const latest = ending === -1 ? frames.length : ending;
  const cutAt = behaviour['cut-at'];
  const cutIndex = behaviour.cut !== 'none' && typeof cutAt === 'number' ? Math.min(cutAt, latest) : -1;
  const silenceAt = Math.min(behaviour['silence-at'], latest);
  if (behaviour['stream-error'] === 'none') return { frames, cutAt: cutIndex, silenceAt };
  const kept = frames.slice(0, Math.min(behaviour['stream-error-at'], latest));
  return { frames: [...kept, errorFrame(behaviour)], cutAt: cutIndex, silenceAt };
}

function errorFrame(behaviour: Behaviour): Frame {
  const family = behaviour['stream-error'];
  const refusal: Refusal = {
    status: behaviour['stream-error-status'],
    message: behaviour['error-message'] || 'The simulated model failed while answering',
    ...(behaviour['error-code'] !== '' && { code: behaviour['error-code'] }),
  };
  switch (family) {
    case 'response-failed':
      return endingFrame(failedResponse(refusal), 'response.failed');
    case 'openai-event':
      return endingFrame(errorEvent(refusal), 'error');
    case 'none':
      return endingFrame({ message: refusal.message }, 'error');
    default: {
      const { 'retry-after': retryAfter, entitlement } = behaviour;
      const body = encodeErrorBody(refusal, family, { retryAfter, balance: {}, now: 0, path: '', entitlement });
      const json = parseJson(body);
      return { event: 'error', data: json === undefined ? { text: body } : { json }, ending: true };
    }
  }
}

/** The events that report a failure in Responses: the flat `error`, and the end of the response. */
function errorEvent({ message, code }: Refusal): object {
  return { type: 'error', sequence_number: 99, code: code ?? 'server_error', message, param: null };
}

function failedResponse({ message, code }: Refusal): object {
  const error = { code: code ?? 'server_error', message };
  const response = { id: 'resp_failed', object: 'response', status: 'failed', error, output: [], usage: null };
  return { type: 'response.failed', sequence_number: 99, response };
}

/** Pauses for the configured time, optionally with keep-alive frames. */
async function keepSilence(sink: ResponseSink, keepAlive: string | Uint8Array, delivery: Delivery): Promise<void> {
  const { signal, behaviour } = delivery;
  const length = behaviour.silence === 'forever' ? Number.POSITIVE_INFINITY : behaviour.silence;
  const interval = behaviour['keep-alive'];
  if (interval === 0 || keepAlive.length === 0) {
    await (behaviour.silence === 'forever' ? untilAborted(signal) : pause(length, signal));
    return;
  }
  for (let passed = 0; passed < length && !signal.aborted; passed += interval) {
    await sink.write(keepAlive);
    await pause(Math.min(interval, length - passed), signal);
  }
}

/**
 * Ends an answer too early: with valid HTTP (`end`), or by breaking the connection. It waits briefly first, because a
 * client that receives bytes together with the break may ignore the bytes.
 */
async function cut(sink: ResponseSink, delivery: Delivery): Promise<void> {
  if (delivery.behaviour.cut === 'end') return sink.end();
  await pause(delivery.behaviour['cut-delay'], delivery.signal);
  if (!delivery.signal.aborted) cutConnection(delivery);
}

/** Closes the socket: with FIN after what was written, or with RST once it was handed to the kernel. */
function cutConnection(delivery: Delivery): void {
  const { socket } = delivery.response;
  delivery.onCut();
  if (delivery.behaviour.cut === 'reset') socket?.write('', () => setImmediate(() => socket.resetAndDestroy()));
  else socket?.destroySoon();
}
