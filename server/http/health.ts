import type { FastifyInstance } from 'fastify';

export interface HealthServices {
  readonly problems: () => Promise<readonly Problem[]>;
  readonly version: string;
}

/** Something that is not as it should be, in words without secrets. */
export interface Problem {
  readonly message: string;
  /** False where requests are answered all the same: whoever balances load must not take the replica out for it. */
  readonly keepsFromServing: boolean;
}

/**
 * `/health`: the process is alive. `/ready`: it can serve, or else 503. It is `degraded` when it serves without something
 * that it should have, such as the database.
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
