import type { FastifyRequest } from 'fastify';
import type { ApiKey } from '../../keys/key.ts';
import type { Admission } from '../../keys/limits.ts';
import type { AdmissionRequest, Caller, ClientApiServices } from './client-api.ts';

/** A rough count for reserving a budget before the true one is known: about four bytes a token. */
const bytesPerToken = 4;

/**
 * The holder of the API key in `Authorization: Bearer`.
 *
 * @throws Failure `authentication`
 */
export function identifyCaller(request: FastifyRequest, services: ClientApiServices): Caller {
  return new KeyHolder(services.keys.verify(readSecret(request)), services.limiter);
}

class KeyHolder implements Caller {
  readonly #key: ApiKey;
  readonly #limiter: ClientApiServices['limiter'];

  constructor(key: ApiKey, limiter: ClientApiServices['limiter']) {
    this.#key = key;
    this.#limiter = limiter;
  }

  get keyId(): string {
    return this.#key.id;
  }

  get name(): string {
    return this.#key.name;
  }

  admit({ models, address, body }: AdmissionRequest): Admission | Promise<Admission> {
    const estimatedInputTokens = Math.ceil(body.length / bytesPerToken);
    return this.#limiter.admit(this.#key, { models, address, estimatedInputTokens });
  }

  logsContent(now: number): boolean {
    const { contentLoggingUntil: until } = this.#key;
    return until !== null && now < until;
  }
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
