import { createConnection } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { AbstractConnector, type SentinelConnectionOptions, SentinelConnector } from 'ioredis';
import { readNumber, readRecord, readString } from '../../lib/json.ts';

/*
 * The library listens only for a socket's first error. TLS can emit a second one when the connection breaks while it is
 * being closed, which would end the process. These connectors therefore listen for all errors.
 */

/** How long a connection may take to close; milliseconds. */
const disconnectTimeout = 2000;

/** Creates the connector for direct connections to servers. */
export function createServerConnector(tls: ConnectionOptions | undefined) {
  return class ServerConnector extends AbstractConnector {
    readonly #host: string;
    readonly #port: number;

    /** @param options the library's options for one server */
    constructor(options: unknown) {
      super(disconnectTimeout);
      const { host, port } = readRecord(options);
      this.#host = readString(host) ?? 'localhost';
      this.#port = readNumber(port) ?? 6379;
    }

    async connect() {
      this.connecting = true;
      const address = { host: this.#host, port: this.#port };
      const stream = tls === undefined ? createConnection(address) : connectTls({ ...address, ...tls });
      stream.on('error', (error: Error) => {
        this.firstError ??= error;
      });
      this.stream = stream;
      return stream;
    }
  };
}

/** Creates the connector to the server that the sentinels name. */
export function createSentinelConnector(options: SentinelConnectionOptions) {
  return class WatchedConnector extends SentinelConnector {
    constructor() {
      super(options);
    }

    override async connect(emitter: Parameters<SentinelConnector['connect']>[0]) {
      const stream = await super.connect(emitter);
      stream.on('error', () => undefined);
      return stream;
    }
  };
}
