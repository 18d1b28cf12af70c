import { asByteString } from '../../lib/byte-string.ts';

/** A comment, which every reader of server-sent events passes over. */
export const chatHeartbeat = asByteString(': heartbeat\n\n');
