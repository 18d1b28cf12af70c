/**
 * 10 credentials × 3 routes, half of the pairs closed or flapping, 2,000 requests, 50 concurrent, for models that
 * prefer different routes. At any time some pair works, so no client may see a failure. Attempts must be few once it is
 * known which pairs are closed. Once all routes are open, every pair must be in use again without a restart.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Simulator } from '../../../simulator/start-simulator.ts';
import type { GatewayProcess } from '../gateway-process.ts';
import { ask, judge, recoveryLimit, runLoad, type Target } from './load.ts';

const learningRequests = 200;
const requestCount = 2000;
const routes = ['vertex-anthropic', 'bedrock-anthropic', 'unified'] as const;
/** Each prefers a different route; the last one by the admin's choice. */
const models = [
  'anthropic:claude-sonnet-4@20250514',
  'bedrock:anthropic.claude-3-7-sonnet-20250219-v1:0',
  'anthropic:claude-3-7-sonnet@20250219',
] as const;
const emails = Array.from({ length: 10 }, (_, index) => `route-${index}@example.com`);
const doors = ['bare-429', 'flapping', 'spring-404', 'html-403', 'flapping', '503', 'hang', 'flapping', 'reset', '500'];

interface Pair {
  readonly email: string;
  readonly route: (typeof routes)[number];
  /** Undefined: open. */
  readonly door: string | undefined;
}

/** Every second pair is closed or flapping. */
const pairs: readonly Pair[] = emails
  .flatMap((email, credential) =>
    routes.map((route, index) => ({ email, route, isTroubled: (credential + index) % 2 === 0 })),
  )
  .map(({ email, route, isTroubled }, index) => ({
    email,
    route,
    door: isTroubled ? doors[Math.floor(index / 2) % doors.length] : undefined,
  }));

const credentialList = z.object({
  credentials: z.array(
    z.object({
      email: z.string(),
      state: z.object({
        name: z.string(),
        routes: z.array(z.object({ route: z.string(), name: z.string(), cause: z.string().optional() })),
      }),
    }),
  ),
});
const modelList = z.object({
  models: z.array(z.object({ id: z.string(), endpoints: z.array(z.object({ route: z.string() }).loose()) }).loose()),
});

/** @returns error messages */
export async function drillRoutes(simulator: Simulator, gateway: GatewayProcess): Promise<string[]> {
  simulator.control.setDefault({ 'first-byte': 200, chunks: 0, pace: 5 });
  await gateway.admin('POST', '/credentials/import', {
    text: emails.map((email) => `${email}:drill-token-0123456789`).join('\n'),
  });
  await preferUnified(gateway, models[2]);
  const { key } = z.object({ key: z.string() }).parse(await gateway.admin('POST', '/keys', { name: 'routes' }));
  const target = { origin: gateway.origin, key, models };
  for (const email of emails) {
    const knobs = pairs.filter((pair) => pair.email === email && pair.door !== undefined);
    simulator.control.setCredential(email, {
      ...Object.fromEntries(knobs.map(({ route, door }) => [`door-${route}`, door ?? 'open'])),
      'flap-period': 4,
    });
  }

  console.log('while it learns which pairs are shut:');
  const learning = await runLoad(target, learningRequests);
  console.log(`requests ${learningRequests}, failures ${learning.failures.length}`);
  const misses = learning.failures.length > 0 ? [`${learning.failures.length} failed while it learned`] : [];
  simulator.control.clearRequests();
  console.log('then:');
  misses.push(...judge(await runLoad(target, requestCount), simulator.control.requests({ kind: 'model' }).length));
  printPairs(simulator);
  misses.push(...(await findTakenOut(gateway)));

  for (const email of emails) simulator.control.setCredential(email, null);
  const recovery = await awaitRecovery(simulator, target);
  if (typeof recovery === 'number') console.log(`all pairs back in use after ${recovery.toFixed(1)} s`);
  else misses.push(`not back in use: ${recovery.join(', ')}`);
  return misses;
}

async function preferUnified(gateway: GatewayProcess, id: string): Promise<void> {
  const list = modelList.parse(await gateway.admin('GET', '/models'));
  const endpoints = list.models.find((model) => model.id === id)?.endpoints ?? [];
  const unifiedFirst = endpoints.toSorted((a, b) => Number(b.route === 'unified') - Number(a.route === 'unified'));
  await gateway.admin('PATCH', `/models/${encodeURIComponent(id)}`, { endpoints: unifiedFirst, fixedOrder: true });
}

function printPairs(simulator: Simulator): void {
  for (const { email, route, door = 'open' } of pairs) {
    const own = simulator.control.requests({ kind: 'model', email, route });
    const good = own.filter(({ outcome, status }) => outcome === 'completed' && status === 200).length;
    console.log(`  ${email} ${route.padEnd(18)} ${door.padEnd(10)} attempts ${own.length}, good ${good}`);
  }
}

/** A route's refusal must not take a credential out of rotation. */
async function findTakenOut(gateway: GatewayProcess): Promise<string[]> {
  const { credentials } = credentialList.parse(await gateway.admin('GET', '/credentials'));
  return credentials
    .filter(({ email, state }) => emails.includes(email) && state.name !== 'ready')
    .map(({ email, state }) => `${email} is ${state.name}`);
}

/** Sends light traffic until every pair has answered. @returns the seconds it took, or the missing pairs */
async function awaitRecovery(simulator: Simulator, target: Target): Promise<number | string[]> {
  const startedAt = Date.now();
  simulator.control.clearRequests();
  const missing = new Set(pairs.map(({ email, route }) => `${email} ${route}`));
  for (let number = 0; Date.now() - startedAt < recoveryLimit; number += 1) {
    await ask(target, number);
    for (const { email, route, status } of simulator.control.requests({ kind: 'model', outcome: 'completed' })) {
      if (status === 200) missing.delete(`${email} ${route}`);
    }
    if (missing.size === 0) return (Date.now() - startedAt) / 1000;
    simulator.control.clearRequests();
    await sleep(20);
  }
  return [...missing];
}
