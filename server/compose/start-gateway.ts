import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { assemble, type Parts } from './assemble.ts';
import { closeServer } from './close-server.ts';
import { startHousekeeping } from './housekeeping.ts';
import { listen, requireFreePort } from './listen.ts';
import type { Log } from './logger.ts';
import { shuttingDown, watchRunningKeys } from './watch-running-keys.ts';

/** A running gateway. */
export interface Gateway {
  /** Like `http://host:port`, as reachable from the same machine. */
  readonly origin: string;
  /** The generated first password, if this was the first start. */
  readonly firstPassword: string | undefined;
  readonly passwordChangeRequired: boolean;
  /** Stops accepting requests, lets the running ones finish within a time limit, writes everything and closes. */
  close(): Promise<void>;
}

const trustAllWarning =
  'TRUST_PROXY=true lets every client claim any address: set the number of proxies, or their addresses, instead';

/** Builds all adapters and starts to listen. @throws Error with a one-line message if it cannot start */
export async function startGateway(config: Config, log: Log): Promise<Gateway> {
  if (config.trustProxy === true) log.logger.warn(trustAllWarning);
  const stopping = new AbortController();
  const parts = await assemble(config, log, stopping.signal);
  const { app, data, onError } = parts;
  const stopWork = startBackgroundWork(parts, (message) => log.logger.warn(message));
  const stopKeyWatch = watchRunningKeys(parts.clients.running, data.keys);
  const close = async (delay = 0) => {
    stopping.abort();
    await sleep(delay);
    // At the same time, because both may take a while: together they must not exceed the time until the forced exit.
    await Promise.all([stopWork(), endRequests(parts, config)]);
    stopKeyWatch();
    await closeParts(parts);
  };
  try {
    // The account must exist before the first login, but must not be created if the start fails, because its password
    // would never be shown.
    await requireFreePort(config);
    const firstPassword = await data.admin.account.firstStart(config.adminPassword);
    const origin = await listen(app, config);
    data.store.verify(stopping.signal).catch((error) => {
      if (!stopping.signal.aborted) onError(error);
    });
    return {
      origin,
      firstPassword,
      passwordChangeRequired: data.admin.account.passwordChangeRequired(),
      close: () => close(config.shutdownDelay),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @returns a function that stops the work */
function startBackgroundWork(
  { data, storage, replicas, backups, alertWatch, onError }: Parts,
  warn: (message: string) => void,
) {
  const { store, settings } = data;
  backups.start();
  const stopHousekeeping = startHousekeeping({
    usage: store.usage,
    admin: store.admin,
    settings: () => settings.current(),
    stored: store.settings,
    duties: replicas.duties,
    warn,
    onError,
  });
  const stopAlerts = alertWatch.start();
  return async () => {
    stopHousekeeping();
    await backups.close();
    await stopAlerts();
    storage.stop();
  };
}

/** Lets running exchanges finish within the time limit. */
async function endRequests({ app, clients }: Parts, config: Config): Promise<void> {
  await closeServer(app, {
    timeout: config.shutdownTimeout,
    endRunning: () => clients.running.endAll(shuttingDown()),
  });
  // Exchanges whose connections were cut end in a moment.
  await clients.exchange.idle();
}

/** Closes everything that exchanges use. */
async function closeParts({ data, clients, recorder, replicas, traces, onError }: Parts): Promise<void> {
  await recorder.close();
  await clients.close();
  await traces?.close().catch(onError);
  await replicas.close();
  await data.close();
}
