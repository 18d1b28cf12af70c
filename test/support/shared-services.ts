import { inject } from 'vitest';

/** Without these servers, tests that need them are skipped; the end of the run reports it. */
export const hasPostgres = !inject('missingServices').includes('PostgreSQL');
export const hasRedis = !inject('missingServices').includes('Redis');

/** Creates an empty database on the run's PostgreSQL server. @returns its URL */
export function createSharedDatabase(): Promise<string> {
  return ask('/postgres');
}

/** The run's Redis or Valkey server, shared by all test files. @returns its URL */
export function findSharedRedis(): Promise<string> {
  return ask('/redis');
}

async function ask(path: string): Promise<string> {
  const response = await fetch(inject('sharedServices') + path);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
