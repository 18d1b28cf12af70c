import type { RequestItem } from '../../../../contract/requests.ts';

/** A client that used a key. */
export interface KeyClient {
  readonly userAgent: string;
  readonly address: string;
  readonly lastAt: number;
  readonly requests: number;
}

/** The clients of the requests, most recent first. @param requests newest first */
export function readClients(requests: readonly RequestItem[]): KeyClient[] {
  const clients = Map.groupBy(requests, ({ userAgent, clientAddress }) => `${userAgent}\n${clientAddress}`);
  return [...clients.values()].flatMap((own) => {
    const [last] = own;
    if (last === undefined) return [];
    return [{ userAgent: last.userAgent, address: last.clientAddress, lastAt: last.startedAt, requests: own.length }];
  });
}
