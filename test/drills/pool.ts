/**
 * Tests the pool with failing credentials, then with closed routes. `npm run drill:pool`; exit code 1 if a target is
 * missed.
 */
import { startSimulator } from '../../simulator/start-simulator.ts';
import { GatewayProcess } from './gateway-process.ts';
import { drillCredentials } from './pool/credentials.ts';
import { drillRoutes } from './pool/routes.ts';

for (const drill of [drillCredentials, drillRoutes]) {
  const simulator = await startSimulator();
  const gateway = await GatewayProcess.start({
    ATLASSIAN_ORIGIN: simulator.origin,
    FIRST_BYTE_TIMEOUT_MS: '2000',
    WHOLE_ANSWER_TIMEOUT_MS: '2000',
  });
  console.log(`${drill.name}:`);
  try {
    const misses = await drill(simulator, gateway);
    console.log(misses.length === 0 ? 'passed' : `missed: ${misses.join('; ')}`);
    if (misses.length > 0) process.exitCode = 1;
  } catch (error) {
    console.error(error, gateway.log);
    process.exitCode = 1;
  } finally {
    await gateway.close();
    await simulator.close();
  }
}
