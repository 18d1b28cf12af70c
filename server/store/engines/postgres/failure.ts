import { StoreFailure, type StoreFailureKind } from '../../store-failure.ts';

/** What the server's error codes mean for whoever runs the gateway (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const kindsOfCodes: readonly (readonly [prefix: string, kind: StoreFailureKind, words: string])[] = [
  ['28', 'unreachable', 'PostgreSQL refuses the user or the password: check DATABASE_URL'],
  ['3D000', 'unreachable', 'PostgreSQL has no such database: create it, or change DATABASE_URL'],
  ['42501', 'not-writable', "PostgreSQL refuses it to this user: make it the database's owner"],
  ['42P07', 'foreign', 'The database holds tables of another program: give atlassian-proxy a database of its own'],
  ['25006', 'not-writable', 'PostgreSQL is read-only: point DATABASE_URL at the primary server'],
  ['53100', 'full', "No space is left on PostgreSQL's disk"],
  ['53300', 'unreachable', 'PostgreSQL has no connection left: raise max_connections, or lower DATABASE_POOL_SIZE'],
  ['55P03', 'locked', 'The database is locked by another program'],
  // Deadlocks and cancelled statements: the transaction was rolled back, and may be tried again.
  ['40', 'interrupted', 'PostgreSQL gave the transaction up'],
  ['57014', 'interrupted', 'PostgreSQL cancelled the statement'],
  ['57P', 'unreachable', 'PostgreSQL is starting or stopping'],
  ['08', 'unreachable', 'The connection to PostgreSQL failed'],
  ['22', 'constraint', 'PostgreSQL refuses a value'],
  ['23', 'constraint', 'PostgreSQL refuses a row'],
];

/** Says in one line what went wrong. Addresses and passwords are in none of the words. */
export function toStoreFailure(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error;
  const reason = oneLine(error);
  const code = codeOf(error);
  const known = kindsOfCodes.find(([prefix]) => code?.startsWith(prefix));
  if (known !== undefined) return new StoreFailure(known[1], `${known[2]} (${reason}).`, { cause: error });
  // The server's own errors have a severity; the rest comes from the connection.
  if (error instanceof Error && 'severity' in error) {
    return new StoreFailure('other', `The database failed: ${reason}`, { cause: error });
  }
  return new StoreFailure('unreachable', `PostgreSQL cannot be reached (${reason}).`, { cause: error });
}

/** For a statement whose connection ended before its answer. */
export function interruptedFailure(cause: unknown): StoreFailure {
  return new StoreFailure('interrupted', `The connection to PostgreSQL was lost (${oneLine(cause)}).`, { cause });
}

export function closedFailure(): StoreFailure {
  return new StoreFailure('closed', 'The database is closed.');
}

/** True when the connection is of no more use. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  return (
    !(error instanceof Error && 'severity' in error) ||
    code?.startsWith('57P') === true ||
    code?.startsWith('08') === true
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Node joins the failures of several addresses of one host without words of its own. */
function oneLine(error: unknown): string {
  const first = error instanceof AggregateError && error.message === '' ? error.errors[0] : error;
  const message = first instanceof Error ? first.message : String(first);
  return message.split('\n', 1)[0] ?? '';
}
