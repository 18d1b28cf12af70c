import { readBearer } from '../bearer-token.ts';
import type { RequestHead } from '../dialect.ts';

/** Clients made for Azure's OpenAI service send their key in `api-key`. */
export function readKeys({ headers }: RequestHead): readonly string[] {
  const azure = headers['api-key'];
  return [...readBearer(headers), ...(typeof azure === 'string' ? [azure] : [])];
}
