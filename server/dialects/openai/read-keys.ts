import { readText } from '../../lib/json.ts';
import { readBearer } from '../bearer-token.ts';
import type { RequestHead } from '../dialect.ts';

/** Clients made for Azure's OpenAI service send their key in `api-key`, those of several APIs in Anthropic's `x-api-key`. */
export function readKeys({ headers }: RequestHead): readonly string[] {
  const others = [headers['api-key'], headers['x-api-key']].flatMap((key) => readText(key) ?? []);
  return [...readBearer(headers), ...others];
}
