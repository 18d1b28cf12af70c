/**
 * The pool under fire: 10 credentials, 6 of them in trouble, 2,000 requests at 50 at once, half of them streaming. No
 * client may see a failure, attempts must stay few, states must survive a hard kill, and once the troubles end every
 * credential must be back in use without a restart.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts';
import { GatewayProcess } from './gateway-process.ts';

const REQUESTS = 2000;
const CONCURRENCY = 50;
const MOST_ATTEMPTS = 1.3;
const RECOVERY_LIMIT = 180_000;
const MODEL = 'anthropic:claude-3-5-sonnet-v2@20241022';

type Knobs = NonNullable<Parameters<Simulator['control']['setCredential']>[1]>;

const troubles: Readonly<Record<string, Knobs>> = {
  'invalid@example.com': { status: 401, credits: 'unauthorized', sites: 'unauthorized' },
  'blocked@example.com': { status: 403, 'error-body': 'blocked', credits: 'blocked' },
  'quota@example.com': { 'exhausted-for': 30 },
  'limited@example.com': { concurrency: 2 },
  'flaky@example.com': { status: 503, 'fail-rate': 0.5 },
  'hanging@example.com': { hang: 'before-headers' },
};
const emails = [...Object.keys(troubles), ...['a', 'b', 'c', 'd'].map((name) => `${name}@example.com`)];

const credentialList = z.object({
  credentials: z.array(
    z.object({
      email: z.string(),
      state: z.looseObject({
        name: z.string(),
        cause: z.string().optional(),
        until: z.number().optional(),
        learnedConcurrency: z.number().optional(),
      }),
    }),
  ),
});
type States = ReadonlyMap<string, z.infer<typeof credentialList>['credentials'][number]['state']>;

interface Load {
  readonly failures: readonly string[];
  readonly latencies: readonly number[];
  readonly seconds: number;
}

async function readStates(gateway: GatewayProcess): Promise<States> {
  const { credentials } = credentialList.parse(await gateway.admin('GET', '/credentials'));
  return new Map(credentials.map(({ email, state }) => [email, state]));
}

function printStates(title: string, states: States): void {
  console.log(title);
  const now = Date.now();
  for (const [email, { name, cause, until, learnedConcurrency }] of states) {
    const left = until === undefined ? '' : `, ${((until - now) / 1000).toFixed(1)} s left`;
    const limit = learnedConcurrency === undefined ? '' : `, at most ${learnedConcurrency} at once`;
    console.log(`  ${email.padEnd(22)} ${name}${cause === undefined ? '' : ` (${cause})`}${left}${limit}`);
  }
}

/** @returns what went wrong, undefined when the answer is whole and right */
async function ask(origin: string, key: string, number: number): Promise<string | undefined> {
  const stream = number % 2 === 0;
  const question = `question ${number}`;
  const response = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, stream, messages: [{ role: 'user', content: question }] }),
  });
  const text = await response.text();
  if (response.status !== 200) return `${response.status} ${text.slice(0, 200)}`;
  const said = stream ? readStream(text) : readAnswer(text);
  return said === `You said: ${question}` ? undefined : `wrong answer: ${text.slice(0, 200)}`;
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

async function runLoad(origin: string, key: string, requests: number): Promise<Load> {
  const failures: string[] = [];
  const latencies: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  const work = async () => {
    while (next < requests) {
      const number = next++;
      const askedAt = performance.now();
      const failure = await ask(origin, key, number).catch((error: unknown) => String(error));
      latencies.push(performance.now() - askedAt);
      if (failure !== undefined) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return { failures, latencies: latencies.sort((a, b) => a - b), seconds: (performance.now() - startedAt) / 1000 };
}

/** Light traffic until every credential has answered again. @returns the seconds it took, or those that are not back */
async function awaitRecovery(simulator: Simulator, gateway: GatewayProcess, key: string): Promise<number | string[]> {
  const startedAt = Date.now();
  simulator.control.clearRequests();
  const missing = new Set(emails);
  for (let number = 0; Date.now() - startedAt < RECOVERY_LIMIT; number++) {
    await ask(gateway.origin, key, number);
    for (const { email } of simulator.control.requests({ kind: 'model', outcome: 'completed' }))
      missing.delete(email ?? '');
    const states = await readStates(gateway);
    const ready = [...states.values()].every(({ name }) => name === 'ready');
    if (ready && missing.size === 0) return (Date.now() - startedAt) / 1000;
    await sleep(200);
  }
  return [...missing];
}

/** Kills the gateway and starts it again. @returns the credentials whose state is not what it was */
async function killAndRestart(gateway: GatewayProcess): Promise<string[]> {
  // What was learned last is written within a quarter of a second.
  await sleep(300);
  const before = await readStates(gateway);
  await gateway.kill();
  await gateway.start();
  const after = await readStates(gateway);
  const lasting = [...before].filter(
    ([, { name, until }]) => name !== 'ready' && (until === undefined || until > Date.now()),
  );
  return lasting
    .filter(([email, { name, cause, until }]) => {
      const now = after.get(email);
      return now?.name !== name || now.cause !== cause || now.until !== until;
    })
    .map(([email]) => email);
}

async function drill(simulator: Simulator, gateway: GatewayProcess): Promise<string[]> {
  const misses: string[] = [];
  simulator.control.setDefault({ 'first-byte': 40, chunks: 0, pace: 5 });
  await gateway.admin('POST', '/credentials/import', {
    text: emails.map((email) => `${email}:drill-token-0123456789`).join('\n'),
  });
  const { key } = z.object({ key: z.string() }).parse(await gateway.admin('POST', '/keys', { name: 'drill' }));
  for (const [email, knobs] of Object.entries(troubles)) simulator.control.setCredential(email, knobs);
  simulator.control.clearRequests();

  const load = await runLoad(gateway.origin, key, REQUESTS);
  const attempts = simulator.control.requests({ kind: 'model' }).length / REQUESTS;
  const at = (share: number) => `${Math.round(load.latencies[Math.floor(load.latencies.length * share)] ?? 0)} ms`;
  console.log(`requests ${REQUESTS}, at once ${CONCURRENCY}, ${load.seconds.toFixed(1)} s`);
  console.log(`failures ${load.failures.length}, attempts per request ${attempts.toFixed(3)}`);
  console.log(`latency p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(0.9999)}`);
  for (const [index, email] of emails.entries()) {
    const own = simulator.control.requests({ kind: 'model', email });
    const good = own.filter(({ outcome, status }) => outcome === 'completed' && status === 200).length;
    console.log(`  ${index === 0 ? 'attempts' : '        '} ${email.padEnd(22)} ${own.length}, good ${good}`);
  }
  for (const failure of new Set(load.failures)) console.log(`  failure: ${failure}`);
  if (load.failures.length > 0) misses.push(`${load.failures.length} requests failed`);
  if (attempts > MOST_ATTEMPTS) misses.push(`${attempts.toFixed(3)} attempts per request`);
  printStates('states after the load:', await readStates(gateway));

  for (const email of Object.keys(troubles)) simulator.control.setCredential(email, null);
  const recovery = await awaitRecovery(simulator, gateway, key);
  printStates('states after the troubles ended:', await readStates(gateway));
  if (typeof recovery === 'number') console.log(`all credentials back in use after ${recovery.toFixed(1)} s`);
  else misses.push(`not back in use: ${recovery.join(', ')}`);

  for (const [email, knobs] of Object.entries(troubles)) simulator.control.setCredential(email, knobs);
  await runLoad(gateway.origin, key, REQUESTS / 10);
  const forgotten = await killAndRestart(gateway);
  printStates('states after kill -9 and a restart:', await readStates(gateway));
  if (forgotten.length > 0) misses.push(`states lost by kill -9: ${forgotten.join(', ')}`);
  return misses;
}

const simulator = await startSimulator();
const gateway = await GatewayProcess.start({ ATLASSIAN_ORIGIN: simulator.origin, FIRST_BYTE_TIMEOUT_MS: '2000' });
try {
  const misses = await drill(simulator, gateway);
  console.log(misses.length === 0 ? 'passed' : `missed: ${misses.join('; ')}`);
  process.exitCode = misses.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error, gateway.log);
  process.exitCode = 1;
} finally {
  await gateway.close();
  await simulator.close();
}
