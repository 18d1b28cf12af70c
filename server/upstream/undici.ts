/**
 * The two parts of undici that are used, by their files: its index loads fetch, WebSocket, caches and mocks besides, which
 * is 3 MB of memory and a tenth of the start.
 */
import buildConnector from 'undici/lib/core/connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';

export { buildConnector, Pool };
