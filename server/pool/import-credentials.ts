import Papa from 'papaparse';
import { z } from 'zod';
import { credentialFields } from '../../contract/credential-fields.ts';
import { ownEntry } from '../lib/own-entry.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';

/** A valid credential from a line of an import. */
export interface ImportedCredential {
  readonly email: string;
  readonly token: string;
  readonly label?: string;
  readonly cloudId?: string;
  /** Milliseconds since the epoch. */
  readonly tokenExpiresAt?: number;
}

export type ParsedLine =
  | { readonly line: number; readonly type: 'credential'; readonly credential: ImportedCredential }
  | { readonly line: number; readonly type: 'invalid'; readonly message: string; readonly email?: string }
  | { readonly line: number; readonly type: 'duplicate'; readonly message: string; readonly email: string };

/** Unvalidated credential fields from an import. */
export interface CredentialFields {
  readonly email?: string;
  readonly token?: string;
  readonly label?: string;
  readonly cloudId?: string;
  readonly expires?: string;
}

/** Why a line has no valid credential; with the email if that is valid. */
export interface RefusedCredential {
  readonly message: string;
  readonly email?: string;
}

/** A line that is not blank, a comment or the header. */
export interface ReadLine {
  readonly line: number;
  readonly read: ImportedCredential | RefusedCredential;
}

type Column = 'email' | 'token' | 'label' | 'cloudId' | 'expires' | 'unknown';

const { email, ...others } = credentialFields;
const otherFields = z.object(others);
const columnNames: Readonly<Record<string, Column>> = {
  email: 'email',
  token: 'token',
  apitoken: 'token',
  label: 'label',
  name: 'label',
  cloudid: 'cloudId',
  expires: 'expires',
  expiresat: 'expires',
  expiry: 'expires',
  tokenexpiresat: 'expires',
};
const positions: readonly Column[] = ['email', 'token', 'label', 'cloudId'];
const maxLines = 10_000;

/**
 * Reads credentials from lines of `email:token` or `email,token[,label[,cloudId]]`, or from CSV (commas, semicolons or
 * tabs) with a header line that names these columns. Blank lines and lines that begin with `#` are skipped. Messages
 * never contain a token.
 *
 * @returns one entry per remaining line, in order; line numbers start at 1
 */
export function readCredentialLines(text: string): ReadLine[] {
  const found: ReadLine[] = [];
  let header: { columns: readonly Column[]; delimiter: string } | undefined;
  let first = true;
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [index, raw] of lines.entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const line = index + 1;
    if (found.length >= maxLines) {
      found.push({ line, read: { message: `An import has at most ${maxLines} credentials; the rest was not read.` } });
      break;
    }
    if (first) {
      first = false;
      header = readHeader(content);
      if (header !== undefined) continue;
    }
    const fields = readFields(content, header);
    found.push({ line, read: fields === undefined ? { message: 'The quotes do not match.' } : readCredential(fields) });
  }
  return found;
}

/** @param existing emails of credentials already in the pool */
export function parseImport(text: string, existing: Iterable<string>): ParsedLine[] {
  const inPool = new Set([...existing].map((one) => one.toLowerCase()));
  const seenAt = new Map<string, number>();
  return readCredentialLines(text).map(({ line, read }) => {
    if (!isCredential(read)) return { line, type: 'invalid', ...read };
    const key = read.email.toLowerCase();
    const duplicate = (message: string): ParsedLine => ({ line, type: 'duplicate', message, email: read.email });
    if (inPool.has(key)) return duplicate('A credential with this email already exists.');
    const earlier = seenAt.get(key);
    if (earlier !== undefined) return duplicate(`The email is already on line ${earlier}.`);
    seenAt.set(key, line);
    return { line, type: 'credential', credential: read };
  });
}

export function isCredential(read: ImportedCredential | RefusedCredential): read is ImportedCredential {
  return 'token' in read;
}

/** Splits `email:token` at the first colon: tokens may contain further colons and `=`. */
export function splitPair(pair: string): CredentialFields {
  const at = pair.indexOf(':');
  return at < 0 ? { email: pair } : { email: pair.slice(0, at), token: pair.slice(at + 1) };
}

function readHeader(content: string): { columns: readonly Column[]; delimiter: string } | undefined {
  for (const delimiter of [',', ';', '\t']) {
    const names = splitFields(content, delimiter);
    const columns = names?.map((name) => ownEntry(columnNames, name.toLowerCase().replace(/[\s_-]/g, '')) ?? 'unknown');
    if (columns?.includes('email') && columns.includes('token')) return { columns, delimiter };
  }
  return undefined;
}

type Fields = CredentialFields | undefined;

/** @returns undefined when the quotes do not match */
function readFields(content: string, header: { columns: readonly Column[]; delimiter: string } | undefined): Fields {
  if (header !== undefined) return assign(splitFields(content, header.delimiter), header.columns);
  const delimiter = /[:,;\t]/.exec(content)?.[0];
  if (delimiter === ':') return splitPair(content);
  return assign(splitFields(content, delimiter ?? ','), positions);
}

function assign(values: readonly string[] | undefined, columns: readonly Column[]): Fields {
  if (values === undefined) return undefined;
  const fields: Partial<Record<Column, string>> = {};
  for (const [index, column] of columns.entries()) {
    const value = values[index];
    if (value !== undefined) fields[column] ??= value;
  }
  return fields;
}

/** One line of CSV. @returns undefined when the quotes do not match */
function splitFields(content: string, delimiter: string): string[] | undefined {
  const { data, errors } = Papa.parse<string[]>(content, { delimiter, transform: (field) => field.trim() });
  return errors.length > 0 ? undefined : data[0];
}

/** Validates credential fields. Messages never contain a token. */
export function readCredential(fields: CredentialFields): ImportedCredential | RefusedCredential {
  const address = email.safeParse(fields.email);
  if (!address.success) return { message: 'It does not begin with a valid email address.' };
  const refused = (message = ''): RefusedCredential => ({ message, email: address.data });
  const { token = '', label = '', cloudId = '' } = fields;
  const read = otherFields.safeParse({ token, label, cloudId });
  if (!read.success) return refused(read.error.issues[0]?.message);
  const expires = (fields.expires ?? '').trim();
  const tokenExpiresAt = readDate(expires);
  if (expires !== '' && tokenExpiresAt === undefined) return refused('The expiry is not a date like 2027-03-31.');
  return {
    email: address.data,
    token: read.data.token,
    ...(read.data.label !== '' && { label: read.data.label }),
    ...(read.data.cloudId !== '' && { cloudId: read.data.cloudId }),
    ...withoutUndefined({ tokenExpiresAt }),
  };
}

/** Reads an ISO 8601 date (midnight UTC) or time. @returns milliseconds since the epoch; undefined if it is invalid */
function readDate(text: string): number | undefined {
  const isDate = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(text).success;
  const time = isDate ? Date.parse(text) : Number.NaN;
  return time >= 0 ? time : undefined;
}
