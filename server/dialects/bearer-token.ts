import type { RequestHead } from './dialect.ts';

/** Reads `Authorization: Bearer …`. @returns the token, or nothing */
export function readBearer({ authorization = '' }: RequestHead['headers']): readonly string[] {
  const token = /^bearer[ \t]+(\S+)[ \t]*$/i.exec(authorization)?.[1];
  return token === undefined ? [] : [token];
}
