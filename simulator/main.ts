import { parseArgs } from 'node:util';
import { onNpmExit } from '../server/lib/npm-exit.ts';
import { startSimulator } from './start-simulator.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '9999' }, host: { type: 'string', default: '127.0.0.1' } },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port must be a whole number from 0 to 65535, not "${values.port}"`);
  process.exit(1);
}

try {
  const simulator = await startSimulator({ port, host: values.host });
  console.log(
    `Simulator of the Atlassian AI Gateway on ${simulator.origin}: start the gateway with ATLASSIAN_ORIGIN=${simulator.origin}; controls at ${simulator.origin}/__simulator/`,
  );
  const stop = () => void simulator.close();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  onNpmExit(process, stop);
} catch (error) {
  console.error(
    `The simulator cannot listen on ${values.host}:${port}: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exit(1);
}
