import { describe, expect, it } from 'vitest';
import { toFailure } from '../../server/conversation/failure.ts';
import { dialects } from '../../server/dialects/index.ts';
import { toJsonBody } from '../../server/lib/json-body.ts';
import { encodeByRoute, relayByRoute } from '../../server/upstream/routes/encode-for-route.ts';
import { upstreamRoutes } from '../../server/upstream/routes/index.ts';
import type { EncodedRequest, RouteTarget, UpstreamRoute } from '../../server/upstream/routes/route.ts';
import { contextOf } from '../support/request-context.ts';
import { modelOf } from './models.ts';
import { type RecordedRequest, recordedRequests } from './recorded-requests.ts';
import { endpointOf } from './replay.ts';

/*
 * Each recorded client request × each route → the exact upstream request, in `expected/requests/`: the path, what the
 * translation did, and the body, its members in their order.
 */

/** The upstream request as a readable page for review. */
function describeRequest(encoded: EncodedRequest, relayed: boolean): string {
  const body: unknown = JSON.parse(Buffer.concat(encoded.body).toString());
  const notes = encoded.notes.map(({ member, action, reason }) => `${action} ${member}: ${reason}`);
  return [`POST ${encoded.path}${relayed ? ' (relayed)' : ''}`, ...notes, JSON.stringify(body, undefined, 2), ''].join(
    '\n',
  );
}

function encode(request: RecordedRequest, dialect: (typeof dialects)[number], route: UpstreamRoute): string {
  const target: RouteTarget = {
    model: modelOf(route).endpoints[0]?.upstreamModel ?? '',
    maxOutputTokens: 64_000,
    refusedMembers: new Set(),
  };
  try {
    const decoded = endpointOf(dialect, request).decodeRequest(toJsonBody(request.body), request.head, contextOf());
    const relayed = relayByRoute(route, decoded.original, target);
    const encoded = relayed ?? encodeByRoute(route, decoded.request(), target);
    const notes = [...decoded.notes, ...encoded.notes];
    return describeRequest({ ...encoded, notes }, relayed !== undefined);
  } catch (error) {
    const { kind, parameter, message } = toFailure(error);
    return `refused: ${kind} ${parameter ?? ''}\n${message}\n`;
  }
}

for (const dialect of dialects) {
  describe.each(recordedRequests(dialect.name).map((request) => [request.name, request] as const))(
    `the ${dialect.name} request %s`,
    (name, request) => {
      it.each([...upstreamRoutes.values()].map((route) => [route.name, route] as const))('by %s', async (_, route) => {
        const file = `expected/requests/${dialect.name}/${name}/${route.name}.txt`;
        await expect(encode(request, dialect, route)).toMatchFileSnapshot(file);
      });
    },
  );
}
