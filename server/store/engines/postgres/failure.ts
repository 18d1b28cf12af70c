import { errorCode } from '../../../lib/error-code.ts';
import { StoreFailure, type StoreFailureKind } from '../../store-failure.ts';

/**
 * Maps the server's error codes to kinds and messages for the operator
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const kindsOfCodes: readonly (readonly [prefix: string, kind: StoreFailureKind, words: string])[] = [
  ['28', 'unreachable', 'PostgreSQL rejected the user or the password: check DATABASE_URL'],
  ['3D000', 'unreachable', 'PostgreSQL has no such database: create it, or change DATABASE_URL'],
  ['42501', 'not-writable', 'PostgreSQL denied permission to this user: make it the owner of the database'],
  ['42P07', 'foreign', 'The database contains tables of another program: give atlassian-proxy a database of its own'],
  ['25006', 'not-writable', 'PostgreSQL is read-only: point DATABASE_URL at the primary server'],
  ['53100', 'full', "No space is left on PostgreSQL's disk"],
  ['53300', 'unreachable', 'PostgreSQL has no free connection: raise max_connections, or lower DATABASE_POOL_SIZE'],
  ['55P03', 'locked', 'The database is locked by another program'],
  // Deadlocks and cancelled statements: the transaction was rolled back and can be retried.
  ['40', 'interrupted', 'PostgreSQL aborted the transaction'],
  ['57014', 'interrupted', 'PostgreSQL cancelled the statement'],
  ['57P', 'unreachable', 'PostgreSQL is starting or stopping'],
  ['08', 'unreachable', 'The connection to PostgreSQL failed'],
  ['22', 'constraint', 'PostgreSQL rejected a value'],
  ['23', 'constraint', 'PostgreSQL rejected a row'],
];

/** Describes an error in one line, without addresses or passwords. */
export function toStoreFailure(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error;
  const reason = oneLine(error);
  const code = errorCode(error);
  const known = kindsOfCodes.find(([prefix]) => code?.startsWith(prefix));
  if (known !== undefined) return new StoreFailure(known[1], `${known[2]} (${reason}).`, { cause: error });
  // Errors from the server have a severity. All others come from the connection.
  if (error instanceof Error && 'severity' in error) {
    return new StoreFailure('other', `The database failed: ${reason}`, { cause: error });
  }
  return new StoreFailure(
    'unreachable',
    `PostgreSQL cannot be reached (${reason}): check that it is running, and DATABASE_URL.`,
    { cause: error },
  );
}

/** For a statement whose connection ended before the response. */
export function interruptedFailure(cause: unknown): StoreFailure {
  return new StoreFailure('interrupted', `The connection to PostgreSQL was lost (${oneLine(cause)}).`, { cause });
}

export function closedFailure(): StoreFailure {
  return new StoreFailure('closed', 'The database is closed.');
}

/** Whether the connection can no longer be used. */
export function isConnectionLost(error: unknown): boolean {
  const code = errorCode(error);
  return (
    !(error instanceof Error && 'severity' in error) ||
    code?.startsWith('57P') === true ||
    code?.startsWith('08') === true
  );
}

/** If a host has several addresses, Node combines their errors without a message. */
function oneLine(error: unknown): string {
  const first = error instanceof AggregateError && error.message === '' ? error.errors[0] : error;
  const message = first instanceof Error ? first.message : String(first);
  return message.split('\n', 1)[0] ?? '';
}
