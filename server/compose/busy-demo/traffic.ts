import { setTimeout as wait } from 'node:timers/promises';
import type { DemoClient } from './accounts-and-clients.ts';
import { createRandomSource, type RandomSource } from './random.ts';

/** A client with its key. */
export interface LiveClient extends DemoClient {
  readonly key: string;
}

export interface TrafficOptions {
  /** Origin of the gateway. */
  readonly origin: string;
  readonly clients: readonly LiveClient[];
  /** Configures the simulator for the next model request. */
  readonly prepareAnswer: (knobs: Readonly<Record<string, string | number>>) => void;
  readonly seed?: number;
}

/** Average time between two requests; milliseconds. */
const pause = 7000;
/** Maximum number of concurrent requests. Beyond it, no new ones are sent. */
const maxConcurrentRequests = 24;
/** Milliseconds after which some clients give up. */
const clientTimeout = 2500;

const questions = [
  'Write a migration that adds an index without locking the table.',
  'Why does this test fail only on the build server?',
  '把这段发布说明翻译成中文，语气简洁。',
  'Summarise the incident of last Tuesday in five sentences.',
  'Review this diff for races.',
  '用表格比较这三种方案的成本。',
];

const answers = [
  'The index can be built concurrently: create it with CONCURRENTLY outside of a transaction, then validate it.',
  'The build server runs the tests in another time zone: the fixture compares a local date with one in UTC.',
  '本次发布改进了故障转移：上游繁忙时，请求会自动换用其他账号，客户端不会察觉。',
  'Two reads of the same counter lie on either side of an await; take the lock before the first of them.',
];

/** Sends requests like real clients until stopped. Failed requests are ignored. */
export function startTraffic({ origin, clients, prepareAnswer, seed = 7 }: TrafficOptions): () => Promise<void> {
  const random = createRandomSource(seed);
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  const send = () => {
    const client = random.pick(clients, ({ weight }) => weight);
    prepareAnswer(chooseAnswer(random, client));
    const request = ask(origin, client, random, stop.signal).catch(() => undefined);
    running.add(request);
    void request.then(() => running.delete(request));
  };
  const work = async () => {
    while (!stop.signal.aborted) {
      if (running.size < maxConcurrentRequests) send();
      await wait(random.about(pause), undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const working = work();
  return async () => {
    stop.abort();
    await working;
    await Promise.all(running);
  };
}

function chooseAnswer(random: RandomSource, client: LiveClient): Readonly<Record<string, string | number>> {
  const inputTokens = random.about(client.inputTokens);
  return {
    text: random.pick(answers),
    chunks: 24,
    'first-byte': random.about(400),
    pace: random.about(60),
    'input-tokens': inputTokens,
    'output-tokens': random.about(client.outputTokens),
    'cached-tokens': random.hits(client.cached) ? Math.round(inputTokens * client.cached) : 0,
  };
}

async function ask(origin: string, client: LiveClient, random: RandomSource, stopped: AbortSignal): Promise<void> {
  const isImpatient = random.hits(0.03);
  const signal = isImpatient ? AbortSignal.any([stopped, AbortSignal.timeout(clientTimeout)]) : stopped;
  const response = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': client.userAgent,
      authorization: `Bearer ${client.key}`,
    },
    body: JSON.stringify({
      // Some clients ask for a model that is not available.
      model: random.hits(0.012) ? 'gpt-4o' : random.pick(client.models),
      stream: random.hits(client.streamed),
      messages: [{ role: 'user', content: random.pick(questions) }],
    }),
    signal,
  });
  await response.arrayBuffer();
}
