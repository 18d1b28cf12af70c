import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { onNpmExit } from '../server/lib/npm-exit.ts';
import { type Capture, parseCapture } from './capture/capture.ts';
import { startSimulator } from './start-simulator.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9999' },
    host: { type: 'string', default: '127.0.0.1' },
    replay: { type: 'string' },
    'replay-speed': { type: 'string', default: '1' },
  },
});

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readCapture(file: string): Capture {
  try {
    return parseCapture(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(`The capture ${file} cannot be read: ${describeError(error)}`);
  }
}

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  fail(`--port must be a whole number from 0 to 65535, not "${values.port}"`);
}
const replaySpeed = Number(values['replay-speed']);
if (!Number.isFinite(replaySpeed) || replaySpeed < 0) {
  fail(`--replay-speed must be a number from 0 on, not "${values['replay-speed']}"`);
}
const replay = values.replay === undefined ? {} : { replay: readCapture(values.replay), replaySpeed };

try {
  const simulator = await startSimulator({ port, host: values.host, ...replay });
  const kind = values.replay === undefined ? '' : `, replaying ${values.replay},`;
  console.log(
    `Simulator of the Atlassian AI Gateway${kind} on ${simulator.origin}: start the gateway with ATLASSIAN_ORIGIN=${simulator.origin}; controls at ${simulator.origin}/__simulator/`,
  );
  const stop = () => void simulator.close();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  onNpmExit(process, stop);
} catch (error) {
  fail(`The simulator cannot listen on ${values.host}:${port}: ${describeError(error)}`);
}
