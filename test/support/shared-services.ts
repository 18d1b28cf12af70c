import { inject } from 'vitest';

/** Without them, what needs them is skipped: the end of the run says so. */
export const hasPostgres = !inject('missingServices').includes('PostgreSQL');
export const hasRedis = !inject('missingServices').includes('Redis');

/** A new, empty database on the run's PostgreSQL server. @returns its URL */
export function createSharedDatabase(): Promise<string> {
  return ask('/postgres');
}

/** The run's Redis or Valkey server, whose keys all test files share. @returns its URL */
export function findSharedRedis(): Promise<string> {
  return ask('/redis');
}

async function ask(path: string): Promise<string> {
  const response = await fetch(inject('sharedServices') + path);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
