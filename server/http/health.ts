import type { FastifyInstance } from 'fastify';

export interface HealthServices {
  /** What keeps the gateway from serving, in words without secrets; empty when it is ready. */
  readonly problems: () => Promise<readonly string[]>;
  readonly version: string;
}

/** `/health`: the process is alive. `/ready`: it can serve: the database is open and a credential is usable. */
export function registerHealth(app: FastifyInstance, services: HealthServices): void {
  app.get('/health', (_request, reply) => {
    reply.send({ status: 'ok', version: services.version });
  });
  app.get('/ready', async (_request, reply) => {
    const problems = await services.problems();
    const ready = problems.length === 0;
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', problems });
  });
}
