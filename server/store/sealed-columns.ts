import { parseJson, readArray, readRecord } from '../lib/json.ts';
import type { Vault } from '../lib/secrets.ts';
import type { StoredRow } from './tables.ts';

/** The purposes of all encrypted values. A sealed value can only be opened for its own purpose; see `Vault`. */
export const sealPurposes = {
  token: (credentialId: string) => `credential.token:${credentialId}`,
  apiKey: (keyId: string) => `api-key.secret:${keyId}`,
  secondFactor: 'admin.second-factor',
  meta: (name: string) => `meta.${name}`,
  alertChannel: (channelId: string) => `alert.channel:${channelId}`,
};

/** The settings section that contains encrypted texts. */
export const alertChannels = 'alerts:channels';

/** Rows of `meta` that are encrypted. */
export const sealedMeta = {
  secretKeyCheck: 'secret-key-check',
  backupPassphrase: 'backup-passphrase',
  pendingSecondFactor: 'pending-second-factor',
} as const;
const sealedMetaNames: ReadonlySet<unknown> = new Set(Object.values(sealedMeta));

type Change = (text: string, purpose: string) => string;

/** How to change the encrypted texts in a row of each table. Tables that are not listed have none. */
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

/** Decrypts the secrets in rows. @throws SealBroken if the key is a different one */
export function unsealRows(vault: Vault, table: string, rows: readonly StoredRow[]): readonly StoredRow[] {
  return changeSealed(table, rows, (text, purpose) => vault.open(text, purpose));
}

/** Encrypts the secrets in rows with this key; the inverse of `unsealRows`. */
export function sealRows(vault: Vault, table: string, rows: readonly StoredRow[]): readonly StoredRow[] {
  return changeSealed(table, rows, (text, purpose) => vault.seal(text, purpose));
}

function changeSealed(table: string, rows: readonly StoredRow[], change: Change): readonly StoredRow[] {
  const changeOne = changeRow[table];
  return changeOne === undefined ? rows : rows.map((row) => changeOne(row, change));
}
