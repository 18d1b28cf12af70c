import { performance } from 'node:perf_hooks';
import { z } from 'zod';

/** Number of concurrent requests. */
export const concurrentRequests = 50;
/** Maximum average number of attempts per request. */
export const mostAttempts = 1.3;
/** Maximum time until everything is in use again after the faults end; milliseconds. */
export const recoveryLimit = 180_000;

/** The address, key and models for the load. */
export interface Target {
  readonly origin: string;
  readonly key: string;
  readonly models: readonly string[];
}

export interface Load {
  readonly failures: readonly string[];
  readonly latencies: readonly number[];
  readonly seconds: number;
}

/** @returns an error message; undefined if the answer is complete and correct */
export async function ask({ origin, key, models }: Target, number: number): Promise<string | undefined> {
  const stream = number % 2 === 0;
  const question = `question ${number}`;
  const response = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: models[number % models.length],
      stream,
      messages: [{ role: 'user', content: question }],
    }),
  });
  const text = await response.text();
  if (response.status !== 200) return `${response.status} ${text.slice(0, 200)}`;
  return checkAnswer(text, stream, question);
}

/** @returns an error message for an answer with status 200; undefined if it is complete and correct */
export function checkAnswer(text: string, stream: boolean, question: string): string | undefined {
  const said = stream ? readStream(text) : readAnswer(text);
  return said === `You said: ${question}` ? undefined : `wrong answer: ${text.slice(-200)}`;
}

const completion = z.object({ choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]) });
const chunk = z.object({ choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }) })) });

function readAnswer(text: string): string {
  return completion.parse(JSON.parse(text)).choices[0].message.content;
}

function readStream(text: string): string {
  const frames = text.split('\n').filter((line) => line.startsWith('data: '));
  if (frames.pop() !== 'data: [DONE]') return 'a stream without an end';
  const deltas = frames.flatMap((frame) => chunk.parse(JSON.parse(frame.slice(6))).choices);
  return deltas.map(({ delta }) => delta.content ?? '').join('');
}

export async function runLoad(target: Target, requests: number): Promise<Load> {
  const failures: string[] = [];
  const latencies: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  const work = async () => {
    while (next < requests) {
      const number = next++;
      const askedAt = performance.now();
      const failure = await ask(target, number).catch((error: unknown) => String(error));
      latencies.push(performance.now() - askedAt);
      if (failure !== undefined) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: concurrentRequests }, work));
  return { failures, latencies: latencies.sort((a, b) => a - b), seconds: (performance.now() - startedAt) / 1000 };
}

/** Prints the results of a load. @returns error messages */
export function judge({ failures, latencies, seconds }: Load, attempts: number): string[] {
  const requests = latencies.length;
  const at = (share: number) => `${Math.round(latencies[Math.floor(requests * share)] ?? 0)} ms`;
  console.log(`requests ${requests}, at once ${concurrentRequests}, ${seconds.toFixed(1)} s`);
  console.log(`failures ${failures.length}, attempts per request ${(attempts / requests).toFixed(3)}`);
  console.log(`latency p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(0.9999)}`);
  for (const failure of new Set(failures)) console.log(`  failure: ${failure}`);
  return [
    ...(failures.length > 0 ? [`${failures.length} requests failed`] : []),
    ...(attempts / requests > mostAttempts ? [`${(attempts / requests).toFixed(3)} attempts per request`] : []),
  ];
}
