import { asByteString } from '../../lib/byte-string.ts';

/** A comment, which every client of server-sent events ignores. */
export const chatHeartbeat = asByteString(': heartbeat\n\n');
