import type { FastifyRequest } from 'fastify';
import type { ApiKey } from '../../keys/key.ts';
import type { Admission } from '../../keys/limits.ts';
import type { Caller, ClientApiServices } from './client-api.ts';

/** A rough count for reserving a budget before the true one is known: about four bytes a token. */
const bytesPerToken = 4;

/**
 * The holder of the API key in `Authorization: Bearer`.
 *
 * @throws Failure `authentication`
 */
export function identifyCaller(request: FastifyRequest, services: ClientApiServices): Caller {
  const key = services.keys.verify(readSecret(request));
  return {
    keyId: key.id,
    name: key.name,
    admit: ({ models, address, body }) =>
      services.limiter.admit(key, { models, address, estimatedInputTokens: Math.ceil(body.length / bytesPerToken) }),
    logsContent: (now) => isLoggingContent(key, now),
  };
}

function isLoggingContent(key: ApiKey, now: number): boolean {
  return key.contentLoggingUntil !== null && now < key.contentLoggingUntil;
}

const unlimited: Admission = { headers: {}, settle: () => {}, release: () => {} };

/** The logged-in admin in the console's playground: no key, no limits, but an entry in the ledger. */
export const playgroundCaller: Caller = {
  keyId: null,
  name: 'playground',
  admit: () => unlimited,
  logsContent: () => false,
};

function readSecret(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  return header === undefined ? undefined : /^bearer[ \t]+(\S+)[ \t]*$/i.exec(header)?.[1];
}
