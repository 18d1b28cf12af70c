import type { RequestHead } from './dialect.ts';

/**
 * Reads `Authorization: Bearer …`. Some clients leave out the scheme, or add it to a key that has it already.
 *
 * @returns the token, or nothing
 */
export function readBearer({ authorization = '' }: RequestHead['headers']): readonly string[] {
  const [, token] = /^(?:bearer[ \t]+){0,2}(\S+)[ \t]*$/i.exec(authorization) ?? [];
  return token === undefined || /^bearer$/i.test(token) ? [] : [token];
}
