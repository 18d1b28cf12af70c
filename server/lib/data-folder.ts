import { join } from 'node:path';

/** The SQLite database of a data folder. It exists unless PostgreSQL is used. */
export const databasePath = (dataDir: string): string => join(dataDir, 'database.db');

/** The key that encrypts what the database keeps secret. It exists unless `SECRET_KEY` is set. */
export const secretKeyPath = (dataDir: string): string => join(dataDir, 'secret.key');
