/**
 * 10 credentials, 6 of them failing, 2,000 requests, 50 concurrent, half of them streaming. No client may see a
 * failure, attempts must stay few, states must survive a hard kill, and once the faults end every credential must be in
 * use again without a restart.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Simulator } from '../../../simulator/start-simulator.ts';
import type { GatewayProcess } from '../gateway-process.ts';
import { ask, judge, recoveryLimit, runLoad, type Target } from './load.ts';

const requestCount = 2000;
const models = ['anthropic:claude-3-5-sonnet-v2@20241022'];

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

/** Sends light traffic until every credential has answered. @returns the seconds it took, or the missing credentials */
async function awaitRecovery(
  simulator: Simulator,
  gateway: GatewayProcess,
  target: Target,
): Promise<number | string[]> {
  const startedAt = Date.now();
  simulator.control.clearRequests();
  const missing = new Set(emails);
  for (let number = 0; Date.now() - startedAt < recoveryLimit; number++) {
    await ask(target, number);
    for (const { email } of simulator.control.requests({ kind: 'model', outcome: 'completed' }))
      missing.delete(email ?? '');
    const states = await readStates(gateway);
    const ready = [...states.values()].every(({ name }) => name === 'ready');
    if (ready && missing.size === 0) return (Date.now() - startedAt) / 1000;
    await sleep(200);
  }
  return [...missing];
}

/** Kills and restarts the gateway. @returns the credentials whose state has changed */
async function killAndRestart(gateway: GatewayProcess): Promise<string[]> {
  // State is written within a quarter of a second.
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

/** @returns error messages */
export async function drillCredentials(simulator: Simulator, gateway: GatewayProcess): Promise<string[]> {
  simulator.control.setDefault({ 'first-byte': 40, chunks: 0, pace: 5 });
  await gateway.admin('POST', '/credentials/import', {
    text: emails.map((email) => `${email}:drill-token-0123456789`).join('\n'),
  });
  const { key } = z.object({ key: z.string() }).parse(await gateway.admin('POST', '/keys', { name: 'drill' }));
  for (const [email, knobs] of Object.entries(troubles)) simulator.control.setCredential(email, knobs);
  simulator.control.clearRequests();

  const target = { origin: gateway.origin, key, models };
  const load = await runLoad(target, requestCount);
  const misses = judge(load, simulator.control.requests({ kind: 'model' }).length);
  for (const [index, email] of emails.entries()) {
    const own = simulator.control.requests({ kind: 'model', email });
    const good = own.filter(({ outcome, status }) => outcome === 'completed' && status === 200).length;
    console.log(`  ${index === 0 ? 'attempts' : '        '} ${email.padEnd(22)} ${own.length}, good ${good}`);
  }
  printStates('states after the load:', await readStates(gateway));

  for (const email of Object.keys(troubles)) simulator.control.setCredential(email, null);
  const recovery = await awaitRecovery(simulator, gateway, target);
  printStates('states after the troubles ended:', await readStates(gateway));
  if (typeof recovery === 'number') console.log(`all credentials back in use after ${recovery.toFixed(1)} s`);
  else misses.push(`not back in use: ${recovery.join(', ')}`);

  for (const [email, knobs] of Object.entries(troubles)) simulator.control.setCredential(email, knobs);
  await runLoad(target, requestCount / 10);
  const forgotten = await killAndRestart(gateway);
  printStates('states after kill -9 and a restart:', await readStates(gateway));
  if (forgotten.length > 0) misses.push(`states lost by kill -9: ${forgotten.join(', ')}`);
  return misses;
}
