import type { PromptCaching } from '../../conversation/prompt-caching.ts';
import { checkAddress, isAllowed } from '../../keys/access.ts';
import type { ApiKey } from '../../keys/key.ts';
import type { Admission } from '../../keys/limits.ts';
import { type ListPrices, priceUsage } from '../../ledger/price.ts';
import type { AdmissionRequest, Caller, ClientApiServices } from './client-api.ts';

/**
 * Identifies the owner of an API key.
 *
 * @param secrets the keys found in the request, the most likely one first
 * @returns a promise if the key has to be looked up
 * @throws Failure `authentication`
 */
export function identifyCaller(
  secrets: readonly string[],
  { keys, limiter }: ClientApiServices,
): Caller | Promise<Caller> {
  const [secret, ...others] = new Set(secrets);
  const key = secret === undefined || others.length === 0 ? keys.verify(secret) : findKey([secret, ...others], keys);
  return key instanceof Promise ? key.then((found) => new KeyHolder(found, limiter)) : new KeyHolder(key, limiter);
}

/** @throws the first refusal, if none of the secrets is valid */
async function findKey(secrets: readonly string[], keys: ClientApiServices['keys']): Promise<ApiKey> {
  const refusals: unknown[] = [];
  for (const secret of secrets) {
    try {
      return await keys.verify(secret);
    } catch (error) {
      refusals.push(error);
    }
  }
  throw refusals[0];
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

  get promptCaching(): PromptCaching | null {
    return this.#key.promptCaching;
  }

  checkAddress(address: string): void {
    checkAddress(this.#key, address);
  }

  admit({ models, address, guessInputTokens, choices, prices }: AdmissionRequest): Admission | Promise<Admission> {
    return this.#limiter.admit(this.#key, {
      models,
      address,
      choices,
      estimateInputTokens: guessInputTokens,
      estimateDollars: (inputTokens) => (prices === null ? 0 : priceGuess(inputTokens, choices, prices)),
    });
  }

  mayUse(model: string): boolean {
    return isAllowed(this.#key, [model]);
  }

  logsContent(now: number): boolean {
    const { contentLoggingUntil: until } = this.#key;
    return until !== null && now < until;
  }
}

/** Typical length of an answer in tokens. The requested maximum is a poor estimate. */
const typicalAnswerTokens = 1000;

function priceGuess(inputTokens: number, choices: number, prices: ListPrices): number {
  const nothing = { cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0, estimated: true };
  return priceUsage({ ...nothing, inputTokens, outputTokens: choices * typicalAnswerTokens }, prices);
}

const unlimited: Admission = { limits: {}, settle: () => {}, release: () => {} };

/** The logged-in admin in the console's playground: no key and no limits, but recorded in the ledger. */
export const playgroundCaller: Caller = {
  keyId: null,
  name: 'playground',
  promptCaching: null,
  checkAddress: () => {},
  admit: () => unlimited,
  mayUse: () => true,
  logsContent: () => false,
};
