import type { Vault } from '../lib/secrets.ts';
import type { StoredRow } from './tables.ts';

/** Where secrets lie sealed, and what each is bound to by its sealing: see `Vault`. */
export const sealPurposes = {
  token: (credentialId: string) => `credential.token:${credentialId}`,
  apiKey: (keyId: string) => `api-key.secret:${keyId}`,
  secondFactor: 'admin.second-factor',
  meta: (name: string) => `meta.${name}`,
};

/** Rows of `meta` that are sealed; the others are not. */
export const sealedMeta = { secretKeyCheck: 'secret-key-check', backupPassphrase: 'backup-passphrase' } as const;
const sealedMetaNames: ReadonlySet<unknown> = new Set(Object.values(sealedMeta));

interface SealedColumn {
  readonly column: string;
  /** Undefined for a row in which it is not sealed. */
  purpose(row: StoredRow): string | undefined;
}

const sealedColumns: Readonly<Record<string, SealedColumn>> = {
  credentials: { column: 'sealed_token', purpose: ({ id }) => sealPurposes.token(String(id)) },
  api_keys: { column: 'sealed_secret', purpose: ({ id }) => sealPurposes.apiKey(String(id)) },
  admin_account: { column: 'sealed_second_factor', purpose: () => sealPurposes.secondFactor },
  meta: {
    column: 'value',
    purpose: ({ name }) => (sealedMetaNames.has(name) ? sealPurposes.meta(String(name)) : undefined),
  },
};

/** The same rows with their secrets in the clear. @throws SealBroken when the key is another */
export function openSeals(vault: Vault, table: string, rows: readonly StoredRow[]): readonly StoredRow[] {
  return changeSealed(table, rows, (text, purpose) => vault.open(text, purpose));
}

/** The same rows with their secrets sealed: undoes `openSeals`, under this key. */
export function sealAgain(vault: Vault, table: string, rows: readonly StoredRow[]): readonly StoredRow[] {
  return changeSealed(table, rows, (text, purpose) => vault.seal(text, purpose));
}

function changeSealed(
  table: string,
  rows: readonly StoredRow[],
  change: (text: string, purpose: string) => string,
): readonly StoredRow[] {
  const sealed = sealedColumns[table];
  if (sealed === undefined) return rows;
  const { column } = sealed;
  return rows.map((row) => {
    const [text, purpose] = [row[column], sealed.purpose(row)];
    return typeof text === 'string' && purpose !== undefined ? { ...row, [column]: change(text, purpose) } : row;
  });
}
