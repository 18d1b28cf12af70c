import type { FastifyInstance } from 'fastify';

export interface HealthServices {
  readonly problems: () => Promise<readonly Problem[]>;
  readonly version: string;
}

/** A problem, described without secrets. */
export interface Problem {
  readonly message: string;
  /** False if requests are served nevertheless. Load balancers must not remove the replica for such a problem. */
  readonly keepsFromServing: boolean;
}

/**
 * `/health`: the process is alive. `/ready`: it can serve requests, else 503. The status is `degraded` if it serves
 * requests but something, such as the database, does not work.
 */
export function registerHealth(app: FastifyInstance, services: HealthServices): void {
  app.get('/health', (_request, reply) => {
    reply.send({ status: 'ok', version: services.version });
  });
  app.get('/ready', async (_request, reply) => {
    const problems = await services.problems();
    const status = readinessOf(problems);
    return reply
      .code(status === 'not ready' ? 503 : 200)
      .send({ status, problems: problems.map(({ message }) => message) });
  });
}

function readinessOf(problems: readonly Problem[]): 'ready' | 'degraded' | 'not ready' {
  if (problems.some(({ keepsFromServing }) => keepsFromServing)) return 'not ready';
  return problems.length === 0 ? 'ready' : 'degraded';
}
