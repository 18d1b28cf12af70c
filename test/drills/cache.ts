/**
 * Prompt caches: agents of every dialect talk to Claude over five credentials, 20 conversations at once, 30 turns each.
 * It prints how many of the tokens that a perfect cache would have read came from the cache; with one credential
 * failing from half-way on; and the same with breakpoints and affinity off. `npm run drill:cache`; exit code 1 if a
 * target is missed.
 */
import { z } from 'zod';
import { startSimulator } from '../../simulator/start-simulator.ts';
import { type AgentName, agents } from '../support/agents.ts';
import { type CacheDrill, runCacheDrill } from './cache/run.ts';
import { GatewayProcess } from './gateway-process.ts';

const model = 'anthropic:claude-sonnet-4-5@20250929';
const emails = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@example.com`);
const [failing = ''] = emails;
const leastShare = 0.95;
const leastShareWhileFailing = 0.85;

const simulator = await startSimulator();
const gateway = await GatewayProcess.start({ ATLASSIAN_ORIGIN: simulator.origin });
try {
  for (const email of emails) await gateway.admin('POST', '/credentials', { email, token: 'ATATT-drill' });
  const { key } = z.object({ key: z.string() }).parse(await gateway.admin('POST', '/keys', { name: 'drill' }));
  const drill = { simulator, origin: gateway.origin, key, model, conversations: 20, turns: 30 };
  console.log('agent      automatic  one fails  off');
  for (const agent of Object.keys(agents) as AgentName[]) await show({ ...drill, agent });
} catch (error) {
  console.error(error, gateway.log);
  process.exitCode = 1;
} finally {
  await gateway.close();
  await simulator.close();
}

async function show(drill: CacheDrill): Promise<void> {
  const automatic = await runCacheDrill(drill);
  const troubled = await runCacheDrill({ ...drill, failing });
  await gateway.admin('PATCH', '/settings', { pool: { promptCaching: 'client', affinity: false } });
  const off = await runCacheDrill(drill);
  await gateway.admin('PATCH', '/settings', { pool: { promptCaching: 'automatic', affinity: true } });
  const shares = [automatic, troubled, off].map(({ share }) => `${(share * 100).toFixed(1)} %`.padEnd(11));
  console.log(`${drill.agent.padEnd(11)}${shares.join('')}`);
  for (const failure of [automatic, troubled, off].flatMap(({ failures }) => failures)) console.log(`  ${failure}`);
  const isMissed = automatic.share < leastShare || troubled.share < leastShareWhileFailing;
  if (isMissed || automatic.failures.length + troubled.failures.length > 0) process.exitCode = 1;
}
