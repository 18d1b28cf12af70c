import type { FastifyInstance } from 'fastify';
import { openaiChat } from '../../dialects/index.ts';
import { playgroundCaller } from './caller.ts';
import type { ClientApiServices } from './client-api.ts';
import { createExchangeHandler } from './handle-exchange.ts';
import { takeAnyBody } from './take-any-body.ts';

/**
 * `POST /playground`: Chat Completions for the logged-in admin. To be registered inside the admin API's scope, whose guard
 * and errors hold for it.
 */
export async function registerPlayground(scope: FastifyInstance, services: ClientApiServices): Promise<void> {
  takeAnyBody(scope, services.bodyBudget);
  scope.post(
    '/playground',
    createExchangeHandler(openaiChat, services, () => playgroundCaller),
  );
}
