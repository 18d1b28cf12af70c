import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Accounts } from './account/accounts.ts';
import { CacheLedger } from './cache/cache-ledger.ts';
import { PromptCache } from './cache/prompt-cache.ts';
import type { Capture } from './capture/capture.ts';
import { Replay } from './capture/replay.ts';
import { Clock } from './clock.ts';
import { Configuration } from './configuration.ts';
import { createControl, type SimulatorControl } from './control/control.ts';
import { controlPath, handleControlRequest } from './control/control-endpoint.ts';
import { Recorder, type RecorderLimits } from './control/recorder.ts';
import { handleGatewayRequest, type SimulatorCore } from './handle-request.ts';

export type SimulatorOptions = Partial<RecorderLimits> & {
  /** 0 (default): chosen by the system. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** A capture to replay instead of simulating. */
  readonly replay?: Capture;
  /** Replay speed: 1 (default) as captured, 0 without waiting. */
  readonly replaySpeed?: number;
};

/** A running simulator. */
export type Simulator = {
  /** For example `http://127.0.0.1:9999`; replaces `https://api.atlassian.com`. */
  readonly origin: string;
  readonly control: SimulatorControl;
  /** Breaks off running requests and frees the port. */
  close(): Promise<void>;
};

const keptCacheRecords = 100_000;

/** Starts a simulator; rejects if the port is unavailable. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', now = Date.now, replay, replaySpeed = 1 } = options;
  const { keptRequests = 5_000, keptBodyBytes = 1_048_576, keptTotalBytes = 67_108_864 } = options;
  const clock = new Clock(now);
  const core: SimulatorCore = {
    configuration: new Configuration(),
    accounts: new Accounts(clock.now),
    caches: { cache: new PromptCache(), ledger: new CacheLedger(keptCacheRecords) },
    recorder: new Recorder({ keptRequests, keptBodyBytes, keptTotalBytes }),
    allowedCredentials: null,
    clock,
    replay: replay === undefined ? null : new Replay(replay, replaySpeed),
    answers: 0,
  };
  const control = createControl(core);
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    serve(core, control, request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    control,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function serve(
  core: SimulatorCore,
  control: SimulatorControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const isControl = url.pathname === controlPath || url.pathname.startsWith(`${controlPath}/`);
  return isControl
    ? handleControlRequest(core, control, request, response, url)
    : handleGatewayRequest(core, request, response, url);
}
