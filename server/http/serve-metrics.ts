import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sha256Hex } from '../lib/secrets.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { isFromThisMachine } from './security/client-address.ts';

export interface MetricsServices {
  readonly metrics: Pick<Metrics, 'render' | 'contentType'>;
  /** Token that allows access from anywhere. Without one, only this machine may read the metrics. */
  readonly token: string | undefined;
}

/** `GET /metrics` for Prometheus: for requests from this machine, or with `METRICS_TOKEN` as bearer token. */
export function serveMetrics(app: FastifyInstance, services: MetricsServices): void {
  app.get('/metrics', async (request, reply) => {
    if (!mayRead(request, services.token)) {
      return reply
        .code(403)
        .type('text/plain; charset=utf-8')
        .send('Metrics can be read from this machine, or with METRICS_TOKEN as bearer token.\n');
    }
    return reply.type(services.metrics.contentType).send(await services.metrics.render());
  });
}

function mayRead(request: FastifyRequest, token: string | undefined): boolean {
  if (token !== undefined) return isEqual(request.headers.authorization ?? '', `Bearer ${token}`);
  return isFromThisMachine(request);
}

/** Compares digests, which have equal length, in constant time. */
function isEqual(given: string, wanted: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(wanted)));
}
