import { Buffer } from 'node:buffer';
import { expect, test, vi } from 'vitest';
import type { ConversationEvent } from '../conversation/events.ts';
import { Failure } from '../conversation/failure.ts';
import type { UpstreamResponseHandler } from '../upstream/client.ts';
import { createUnifiedRoute } from '../upstream/routes/unified/index.ts';
import { runAttempt } from './attempt.ts';

const account = { email: 'a@example.com', token: 'some-token-of-ours', cloudId: null };
const broken = new Failure('upstream-unavailable', 'reset', { fault: 'transient' });

/** An attempt with a scripted upstream. */
function start(isBehind = false) {
  const { promise: sent, resolve } = Promise.withResolvers<UpstreamResponseHandler>();
  const call = { abort: vi.fn(), pause: vi.fn(), resume: vi.fn() };
  const events: ConversationEvent[] = [];
  const result = runAttempt({
    client: {
      send(_request, handler) {
        resolve(handler);
        return call;
      },
    },
    request: { path: '/', account },
    route: createUnifiedRoute(),
    signal: new AbortController().signal,
    timeLeft: 60_000,
    listener: {
      onEvents(come) {
        events.push(...come);
        return !isBehind;
      },
    },
  });
  return { sent, call, events, result };
}

const chunk = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const beginning = chunk({ choices: [{ delta: { content: 'Hi' } }] });
const answer = beginning + chunk({ choices: [{ finish_reason: 'stop' }] });

test.each([
  ['with its end marker', 'data: [DONE]\n\n'],
  ['without one', ''],
])('a finished answer %s is a success, whatever happens to its connection', async (_name, marker) => {
  const { sent, events, result, call } = start();
  const handler = await sent;
  handler.onStart(200, {});
  handler.onData(Buffer.from(answer + marker));
  handler.onFailure(broken);
  expect(await result).toEqual({ type: 'success', status: 200 });
  expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  expect(call.abort).not.toHaveBeenCalled();
});

test('the rest of the body is read although the client is behind, to free the connection', async () => {
  const { sent, result, call } = start(true);
  const handler = await sent;
  handler.onStart(200, {});
  handler.onData(Buffer.from(`${answer}data: [DONE]\n\n`));
  expect(await result).toMatchObject({ type: 'success' });
  expect(call.pause.mock.invocationCallOrder.at(-1)).toBeLessThan(call.resume.mock.invocationCallOrder.at(-1) ?? 0);
});

test.each(['ends', 'breaks', 'goes on'] as const)(
  'the connection of a complete answer that %s is freed',
  async (does) => {
    vi.useFakeTimers();
    try {
      const { sent, result, call } = start();
      const handler = await sent;
      handler.onStart(200, {});
      handler.onData(Buffer.from(`${answer}data: [DONE]\n\n`));
      expect(await result).toMatchObject({ type: 'success' });
      if (does === 'ends') handler.onEnd();
      if (does === 'breaks') handler.onFailure(broken);
      expect(vi.getTimerCount()).toBe(does === 'goes on' ? 1 : 0);
      handler.onData(Buffer.from(': heartbeat\n\n'));
      vi.advanceTimersByTime(60_000);
      expect(call.abort).toHaveBeenCalledTimes(does === 'goes on' ? 1 : 0);
    } finally {
      vi.useRealTimers();
    }
  },
);

const noRoom = {
  error: { message: 'Could not finish the message because max_tokens or model output limit was reached.', code: 400 },
};

test.each([
  ['is an empty answer that ended at its limit', 'success', chunk(noRoom)],
  ['after text is a failure', 'failure', beginning + chunk(noRoom)],
])('no room for an answer %s', async (_name, type, body) => {
  const { sent, events, result } = start();
  const handler = await sent;
  handler.onStart(200, {});
  handler.onData(Buffer.from(body));
  expect(await result).toMatchObject({ type });
  const finishes = events.filter((event) => event.type === 'finish');
  expect(finishes).toEqual(type === 'success' ? [{ type: 'finish', choice: 0, reason: 'length' }] : []);
});

test('an error response about no room for an answer is an empty answer, too', async () => {
  const { sent, events, result } = start();
  const reason = 'output-limit-reached';
  (await sent).onFailure(new Failure('invalid-request', 'no room', { fault: 'request', reason, upstreamStatus: 400 }));
  expect(await result).toEqual({ type: 'success', status: 400 });
  expect(events).toEqual([{ type: 'finish', choice: 0, reason: 'length' }]);
});

test('an unfinished answer is a failure', async () => {
  const { sent, result } = start();
  const handler = await sent;
  handler.onStart(200, {});
  handler.onData(Buffer.from(beginning));
  handler.onFailure(broken);
  expect(await result).toMatchObject({ type: 'failure', failure: broken });
});

test.each([0, 260, 290, 480])(
  'nothing of the account comes out of an error inside an answer (behind %i)',
  async (length) => {
    const { sent, result } = start();
    const handler = await sent;
    const pair = Buffer.from(`${account.email}:${account.token}`).toString('base64');
    handler.onStart(200, {});
    handler.onData(
      Buffer.from(
        chunk({ error: { message: `bad header ${'-'.repeat(length)}<${pair}> and ${account.token}`, code: 429 } }),
      ),
    );
    const ended = await result;
    expect(ended).toMatchObject({ type: 'failure', failure: { fault: 'rate' } });
    const { failure } = ended as { failure: Failure };
    for (const text of [failure.message, failure.evidence ?? '']) {
      expect(text).toContain('bad header');
      // Not even its beginning, where the message is cut off.
      expect(text).not.toContain(pair.slice(0, 8));
      expect(text).not.toContain(account.token.slice(0, 8));
    }
  },
);
