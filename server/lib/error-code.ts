/** The code of an error: `ENOENT` of the system, `57P03` of PostgreSQL. Undefined for errors without one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
