import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dialects } from '../../server/dialects/index.ts';
import { upstreamRoutes } from '../../server/upstream/routes/index.ts';
import { recordedRequest } from './recorded-requests.ts';
import { replay } from './replay.ts';

/*
 * What proxies on the way put into a stream to keep it open reaches no client, and changes nothing of the answer: clients
 * fail at events that their API does not have.
 */

const heartbeats = [
  ': ping\n\n',
  'data:\n\n',
  'data: \n\n',
  'data: {}\n\n',
  'event: keepalive\n\n',
  'event: ping\ndata: pong\n\n',
  'event: heartbeat\ndata: null\n\n',
  'data: {"type":"keepalive","sequence_number":3}\n\n',
  'event: keep-alive\ndata: {"type":"keep-alive"}\n\n',
  'data: {"type":"heartbeat","timestamp":"2026-11-29T08:00:00Z"}\n\n',
];
/** An event of Anthropic's API, which its clients get. */
const ping = 'event: ping\ndata: {"type":"ping"}\n\n';

const chatChunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const dialectsFolder = join(import.meta.dirname, '../../server/dialects');
const recorded = (dialect: string) =>
  readFileSync(join(dialectsFolder, dialect, 'fixtures/answers/stream.sse'), 'utf8');

const streams = new Map([
  [
    'openai-chat',
    [{ role: 'assistant', content: '' }, { content: 'Hi' }, { content: '.' }]
      .map((delta) => chatChunk(delta))
      .join('') +
      chatChunk({}, 'stop') +
      'data: [DONE]\n\n',
  ],
  ['openai-responses', recorded('openai-responses')],
  ['vertex-anthropic', recorded('anthropic-messages')],
  ['vertex-gemini', recorded('gemini')],
]);

describe.each([...streams])('a stream by %s', (name, stream) => {
  const route = upstreamRoutes.get(name);
  if (route === undefined) throw new Error(`no route ${name}`);

  it.each(dialects.map((dialect) => [dialect.name, dialect] as const))('to a client of %s', async (_, dialect) => {
    const request = recordedRequest(dialect.name, 'hello-stream');
    const answer = (text: string) => replay({ dialect, request, route }, [Buffer.from(text)]);
    const expected = await answer(stream);
    const isOwnPing = dialect.name === 'anthropic-messages' && name === 'vertex-anthropic';
    for (const heartbeat of isOwnPing ? heartbeats : [...heartbeats, ping]) {
      const frames = stream.split(/(?<=\n\n)/).map((frame) => heartbeat + frame);
      expect([heartbeat, await answer(frames.join(''))]).toEqual([heartbeat, expected]);
    }
  });
});

it.each(['data:  {', 'data:\t{', 'data:{'])('a frame may begin with %j', async (beginning) => {
  for (const [name, stream] of streams) {
    const [dialect] = dialects;
    const route = upstreamRoutes.get(name);
    if (dialect === undefined || route === undefined) throw new Error('nothing to test');
    const answer = (text: string) =>
      replay({ dialect, request: recordedRequest(dialect.name, 'hello-stream'), route }, [Buffer.from(text)]);
    expect(await answer(stream.replaceAll('data: {', beginning).replace('data: [', 'data:  ['))).toEqual(
      await answer(stream),
    );
  }
});
