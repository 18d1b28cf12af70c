import type { Behaviour } from '../behaviour.ts';
import type { CacheTerms } from '../cache/terms.ts';
import { asString, type JsonRecord } from '../json.ts';

const minTokens = 1024;
const stepTokens = 128;

/** OpenAI caches common prefixes from 1,024 tokens on, in steps of 128, separately per `prompt_cache_key`. */
export function automaticTerms(body: JsonRecord, behaviour: Behaviour): CacheTerms {
  return {
    kind: 'automatic',
    minimum: minTokens,
    step: stepTokens,
    key: asString(body.prompt_cache_key),
    needsKey: behaviour['automatic-cache'] === 'keyed',
  };
}
