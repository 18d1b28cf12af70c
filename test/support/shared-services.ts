import { inject } from 'vitest';

/** Without it, what needs it is skipped: the end of the run says so. */
export const hasPostgres = !inject('missingServices').includes('PostgreSQL');

/** A new, empty database on the run's PostgreSQL server. @returns its URL */
export function createSharedDatabase(): Promise<string> {
  return ask('/postgres');
}

async function ask(path: string): Promise<string> {
  const response = await fetch(inject('sharedServices') + path);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
