import Papa from 'papaparse';
import { z } from 'zod';
import { credentialFields } from '../../contract/credential-fields.ts';
import { gatewayMessages, writeMessage } from '../../contract/gateway-messages.ts';
import { isRecord, type JsonRecord, parseJson, readRecord } from '../lib/json.ts';
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
  apikey: 'token',
  label: 'label',
  name: 'label',
  cloudid: 'cloudId',
  expires: 'expires',
  expiresat: 'expires',
  expiry: 'expires',
  tokenexpiresat: 'expires',
  邮箱: 'email',
  电子邮箱: 'email',
  邮箱地址: 'email',
  账号: 'email',
  账户: 'email',
  令牌: 'token',
  api令牌: 'token',
  访问令牌: 'token',
  标签: 'label',
  名称: 'label',
  备注: 'label',
  到期日: 'expires',
  到期日期: 'expires',
  到期时间: 'expires',
  过期时间: 'expires',
  令牌到期日: 'expires',
};
const positions: readonly Column[] = ['email', 'token', 'label', 'cloudId'];
const maxLines = 10_000;

/** What ends the email in a line without a header. In a line with none of these, a space does. */
const separator = /-{4}|[:,;\t|：，；]/;
const headerSeparators = [',', ';', '\t', '，', '；'];

/**
 * Reads credentials from lines of `email:token` or `email,token[,label[,cloudId]]`, from CSV (commas, semicolons or
 * tabs) with a header line that names these columns, or from JSON objects with such members: in an array, or one per
 * line. Blank lines and lines that begin with `#` are skipped. Messages never contain a token.
 *
 * @returns one entry per remaining line or member of the array, in order; line numbers start at 1
 */
export function readCredentialLines(text: string): ReadLine[] {
  const list = readJsonList(text);
  if (list !== undefined) {
    const read = list
      .slice(0, maxLines)
      .map((entry, index) => ({ line: index + 1, read: readCredential(readMembers(entry)) }));
    return list.length > maxLines ? [...read, tooMany(maxLines + 1)] : read;
  }
  const found: ReadLine[] = [];
  let header: { columns: readonly Column[]; delimiter: string } | undefined;
  let first = true;
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [index, raw] of lines.entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const line = index + 1;
    if (found.length >= maxLines) {
      found.push(tooMany(line));
      break;
    }
    if (first) {
      first = false;
      header = readHeader(content);
      if (header !== undefined) continue;
    }
    const fields = readFields(content, header);
    found.push({
      line,
      read: fields === undefined ? { message: gatewayMessages.quotesDiffer } : readCredential(fields),
    });
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
    if (inPool.has(key)) return duplicate(gatewayMessages.emailTaken);
    const earlier = seenAt.get(key);
    if (earlier !== undefined) return duplicate(writeMessage('emailRepeated', earlier));
    seenAt.set(key, line);
    return { line, type: 'credential', credential: read };
  });
}

export function isCredential(read: ImportedCredential | RefusedCredential): read is ImportedCredential {
  return 'token' in read;
}

function tooMany(line: number): ReadLine {
  return { line, read: { message: `An import has at most ${maxLines} credentials; the rest was not read.` } };
}

/** The array that a JSON text is or contains. @returns undefined if it has none */
function readJsonList(text: string): readonly unknown[] | undefined {
  const json = text.replace(/^\uFEFF/, '').trimStart();
  if (!json.startsWith('[') && !json.startsWith('{')) return undefined;
  const document = parseJson(json);
  if (Array.isArray(document)) return document;
  return isRecord(document) ? (Object.values(document).find(Array.isArray) ?? [document]) : undefined;
}

function readMembers(entry: unknown): CredentialFields {
  const record: JsonRecord = readRecord(entry);
  const names = Object.keys(record);
  const values = names.map((name) => (typeof record[name] === 'string' ? record[name] : ''));
  return assign(values, names.map(columnOf)) ?? {};
}

/** Splits `email:token` at the first colon: tokens may contain further colons and `=`. */
export function splitPair(pair: string): CredentialFields {
  const at = pair.indexOf(':');
  return at < 0 ? { email: pair } : { email: pair.slice(0, at), token: pair.slice(at + 1) };
}

function readHeader(content: string): { columns: readonly Column[]; delimiter: string } | undefined {
  for (const delimiter of headerSeparators) {
    const columns = splitFields(content, delimiter)?.map(columnOf);
    if (columns?.includes('email') && columns.includes('token')) return { columns, delimiter };
  }
  return undefined;
}

function columnOf(name: string): Column {
  return ownEntry(columnNames, name.toLowerCase().replace(/[\s_-]/g, '')) ?? 'unknown';
}

type Fields = CredentialFields | undefined;

/** @returns undefined when the quotes do not match */
function readFields(content: string, header: { columns: readonly Column[]; delimiter: string } | undefined): Fields {
  if (header !== undefined) return assign(splitFields(content, header.delimiter), header.columns);
  if (content.startsWith('{')) return readMembers(parseJson(content));
  const delimiter = (separator.exec(content) ?? / +/.exec(content))?.[0] ?? ',';
  // A token may contain colons.
  if (delimiter === ':' || delimiter === '：') return splitPair(content.replace(delimiter, ':'));
  return assign(splitFields(content, delimiter), positions);
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
  if (!address.success) return { message: gatewayMessages.noEmail };
  const refused = (message = ''): RefusedCredential => ({ message, email: address.data });
  const { token = '', label = '', cloudId = '' } = fields;
  const read = otherFields.safeParse({ token, label, cloudId });
  if (!read.success) return refused(read.error.issues[0]?.message);
  const expires = (fields.expires ?? '').trim();
  const tokenExpiresAt = readDate(expires);
  if (expires !== '' && tokenExpiresAt === undefined) return refused(gatewayMessages.expiryInvalid);
  return {
    email: address.data,
    token: read.data.token,
    ...(read.data.label !== '' && { label: read.data.label }),
    ...(read.data.cloudId !== '' && { cloudId: read.data.cloudId }),
    ...withoutUndefined({ tokenExpiresAt }),
  };
}

/**
 * Reads an ISO 8601 date (midnight UTC) or time, or a date as spreadsheets write it in China: `2027/3/31`, `2027年3月31日`.
 *
 * @returns milliseconds since the epoch; undefined if it is invalid
 */
function readDate(written: string): number | undefined {
  const [, year, month = '', day = ''] = /^(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?$/.exec(written) ?? [];
  const text = year === undefined ? written : [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-');
  const isDate = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(text).success;
  const time = isDate ? Date.parse(text) : Number.NaN;
  return time >= 0 ? time : undefined;
}
