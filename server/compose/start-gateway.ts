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
  const stopWork = startBackgroundWork(parts);
  const close = async (delay = 0) => {
    stopping.abort();
    await sleep(delay);
    await stopWork();
    await closeParts(parts, config);
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
function startBackgroundWork({ data, clients, storage, replicas, backups, alertWatch, onError }: Parts) {
  const { store, settings, keys } = data;
  backups.start();
  const stopHousekeeping = startHousekeeping({
    usage: store.usage,
    admin: store.admin,
    settings: () => settings.current(),
    duties: replicas.duties,
    onError,
  });
  const stopAlerts = alertWatch.start();
  const stopKeyWatch = watchRunningKeys(clients.running, keys);
  return async () => {
    stopHousekeeping();
    await backups.close();
    await stopAlerts();
    storage.stop();
    stopKeyWatch();
  };
}

/** Lets running exchanges finish within the time limit, then closes everything they use. */
async function closeParts(parts: Parts, config: Config): Promise<void> {
  const { app, data, clients, recorder, replicas, traces, onError } = parts;
  await closeServer(app, {
    timeout: config.shutdownTimeout,
    endRunning: () => clients.running.endAll(shuttingDown()),
  });
  // Exchanges whose connections were cut end in a moment.
  await clients.exchange.idle();
  await recorder.close();
  await clients.close();
  await traces?.close().catch(onError);
  await replicas.close();
  await data.close();
}
