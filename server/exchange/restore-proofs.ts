import { restoreProofs } from '../conversation/proven-calls.ts';
import type { ExchangeInput, Requester } from './exchange.ts';
import type { ProofMemory } from './proof-memory.ts';

/** The owner of remembered calls: a key, or the console's playground. */
export function ownerOf({ keyId }: Pick<Requester, 'keyId'>): string {
  return keyId ?? 'playground';
}

/** Puts the remembered proofs of the history's calls back into the request. */
export function withProofs(input: ExchangeInput, proofs: ProofMemory): ExchangeInput | Promise<ExchangeInput> {
  const { request: source } = input;
  const { unprovenCalls = [] } = source;
  if (unprovenCalls.length === 0) return input;
  const owner = ownerOf(input);
  const unproven = new Set(unprovenCalls);
  const proven: ExchangeInput = {
    ...input,
    request: {
      ...source,
      read() {
        const forms = source.read();
        const restore = () => {
          const request = forms.request();
          const messages = restoreProofs(request.messages, (callId) =>
            unproven.has(callId) ? proofs.recall(owner, callId) : undefined,
          );
          return messages === request.messages ? request : { ...request, messages };
        };
        return { ...forms, request: restore };
      },
    },
  };
  const fetched = proofs.fetch(owner, unprovenCalls);
  return fetched === undefined ? proven : fetched.then(() => proven);
}
