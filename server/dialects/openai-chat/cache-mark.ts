import type { CacheBreakpoint } from '../../conversation/message.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { ownEntry } from '../../lib/own-entry.ts';

const seconds: Readonly<Record<string, number>> = { '5m': 300, '1h': 3600 };

/** Reads `{"type": "ephemeral", "ttl": "5m" | "1h"}`, which clients add to contents for Claude. */
export function readCacheMark(mark: JsonRecord): CacheBreakpoint {
  const ttl = typeof mark.ttl === 'string' ? ownEntry(seconds, mark.ttl) : undefined;
  return ttl === undefined ? {} : { ttl };
}
