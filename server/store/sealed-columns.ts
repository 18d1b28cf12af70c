import { parseJson, readArray, readRecord } from '../lib/json.ts';
import type { Vault } from '../lib/secrets.ts';
import type { StoredRow } from './tables.ts';

/** Where secrets lie sealed, and what each is bound to by its sealing: see `Vault`. */
export const sealPurposes = {
  token: (credentialId: string) => `credential.token:${credentialId}`,
  apiKey: (keyId: string) => `api-key.secret:${keyId}`,
  secondFactor: 'admin.second-factor',
  meta: (name: string) => `meta.${name}`,
  alertChannel: (channelId: string) => `alert.channel:${channelId}`,
};

/** The section of the settings that holds sealed texts. */
export const alertChannels = 'alerts:channels';

/** Rows of `meta` that are sealed; the others are not. */
export const sealedMeta = { secretKeyCheck: 'secret-key-check', backupPassphrase: 'backup-passphrase' } as const;
const sealedMetaNames: ReadonlySet<unknown> = new Set(Object.values(sealedMeta));

type Change = (text: string, purpose: string) => string;

/** How a table's sealed texts are changed, row by row. Tables that are not here have none. */
const changeRow: Readonly<Record<string, (row: StoredRow, change: Change) => StoredRow>> = {
  credentials: (row, change) => changeColumn(row, 'sealed_token', change, sealPurposes.token(String(row.id))),
  api_keys: (row, change) => changeColumn(row, 'sealed_secret', change, sealPurposes.apiKey(String(row.id))),
  admin_account: (row, change) => changeColumn(row, 'sealed_second_factor', change, sealPurposes.secondFactor),
  meta: (row, change) =>
    sealedMetaNames.has(row.name) ? changeColumn(row, 'value', change, sealPurposes.meta(String(row.name))) : row,
  settings: (row, change) => (row.section === alertChannels ? changeChannels(row, change) : row),
};

function changeColumn(row: StoredRow, column: string, change: Change, purpose: string): StoredRow {
  const text = row[column];
  return typeof text === 'string' ? { ...row, [column]: change(text, purpose) } : row;
}

function changeChannels(row: StoredRow, change: Change): StoredRow {
  const channels = readArray(parseJson(String(row.value))).map((channel) => {
    const { id, sealed } = readRecord(channel);
    if (typeof id !== 'string' || typeof sealed !== 'string') return channel;
    return { ...readRecord(channel), sealed: change(sealed, sealPurposes.alertChannel(id)) };
  });
  return { ...row, value: JSON.stringify(channels) };
}

/** The same rows with their secrets in the clear. @throws SealBroken when the key is another */
export function openSeals(vault: Vault, table: string, rows: readonly StoredRow[]): readonly StoredRow[] {
  return changeSealed(table, rows, (text, purpose) => vault.open(text, purpose));
}

/** The same rows with their secrets sealed: undoes `openSeals`, under this key. */
export function sealAgain(vault: Vault, table: string, rows: readonly StoredRow[]): readonly StoredRow[] {
  return changeSealed(table, rows, (text, purpose) => vault.seal(text, purpose));
}

function changeSealed(table: string, rows: readonly StoredRow[], change: Change): readonly StoredRow[] {
  const changeOne = changeRow[table];
  return changeOne === undefined ? rows : rows.map((row) => changeOne(row, change));
}
