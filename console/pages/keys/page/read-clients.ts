import type { RequestItem } from '../../../../contract/requests.ts';

/** Who called with a key. */
export interface KeyClient {
  readonly userAgent: string;
  readonly address: string;
  readonly lastAt: number;
  readonly requests: number;
}

/** The clients of some requests, the last one first. @param requests newest first */
export function readClients(requests: readonly RequestItem[]): KeyClient[] {
  const clients = Map.groupBy(requests, ({ userAgent, clientAddress }) => `${userAgent}\n${clientAddress}`);
  return [...clients.values()].flatMap((own) => {
    const [last] = own;
    if (last === undefined) return [];
    return [{ userAgent: last.userAgent, address: last.clientAddress, lastAt: last.startedAt, requests: own.length }];
  });
}
