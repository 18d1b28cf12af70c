import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sha256Hex } from '../lib/secrets.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { cameFromThisMachine } from './security/client-address.ts';

export interface MetricsServices {
  readonly metrics: Pick<Metrics, 'render' | 'contentType'>;
  /** The token that allows reading from anywhere; without one, only this machine may read. */
  readonly token: string | undefined;
}

/** `GET /metrics` for Prometheus: for the machine itself, or for the bearer of `METRICS_TOKEN`. */
export function serveMetrics(app: FastifyInstance, services: MetricsServices): void {
  app.get('/metrics', async (request, reply) => {
    if (!mayRead(request, services.token)) {
      return reply
        .code(403)
        .type('text/plain; charset=utf-8')
        .send('Metrics are for this machine, or for the bearer of METRICS_TOKEN.\n');
    }
    return reply.type(services.metrics.contentType).send(await services.metrics.render());
  });
}

function mayRead(request: FastifyRequest, token: string | undefined): boolean {
  if (token !== undefined) return isEqual(request.headers.authorization ?? '', `Bearer ${token}`);
  return cameFromThisMachine(request);
}

/** Compared as digests: of equal length, and in the same time whatever differs. */
function isEqual(given: string, wanted: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(wanted)));
}
