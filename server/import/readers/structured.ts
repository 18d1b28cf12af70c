import { isRecord, type JsonRecord, readArray, readRecord, readString } from '../../lib/json.ts';
import { splitPair } from '../../pool/import-credentials.ts';
import { type FoundItem, foundCredential, foundKey, type ImportKind, Unreadable } from '../found.ts';

interface Structured {
  readonly kind: ImportKind;
  readonly items: readonly FoundItem[];
}

/** Limits for malicious files. */
const maxDepth = 32;
const maxValues = 200_000;
const maxItems = 10_000;
const notTakenOver = 'Its priority and its model names are not imported. Use weights and aliases instead.';

/**
 * Detects which program wrote a JSON or YAML document and reads it: a single auth file, `cred.json`, a configuration
 * with a `rovo-api-key:` list, or the configuration of any router whose `api_key` members are `email:token`.
 *
 * @throws Unreadable if it is none of these
 */
export function readStructured(document: unknown): Structured {
  const record = readRecord(document);
  if (record.format === 'atlassian-proxy-export') {
    throw new Unreadable(
      "It is an export of this gateway: import it on the console's Settings page, with its passphrase.",
    );
  }
  if (Array.isArray(record['rovo-api-key'])) return readProxyConfiguration(record);
  if (isAuthFile(record)) return readAuthFile(record);
  const list = Array.isArray(document) ? document : [document];
  if (list.some(isCredentialEntry)) return readCredentialList(list);
  const items = findPairs(document);
  if (items.length === 0) throw new Unreadable('It contains no credential in a known format.');
  return { kind: 'router-configuration', items };
}

const isAuthFile = ({ type, ...members }: JsonRecord) =>
  type === 'rovo' || (typeof type === 'string' && ('api_key' in members || 'access_token' in members));

const isCredentialEntry = (entry: unknown) =>
  isRecord(entry) && ('api_token' in entry || ('email' in entry && tokenOf(entry) !== undefined));

/** The names that programs use for the token. */
const tokenOf = ({ api_token, api_key, token }: JsonRecord): unknown => api_token ?? api_key ?? token;

function readAuthFile(record: JsonRecord): Structured {
  if (record.type !== 'rovo') throw new Unreadable('It belongs to another vendor: only the type rovo can be imported.');
  const fields = { email: text(record.email), token: text(record.api_key), cloudId: text(record.cloud_id) };
  return { kind: 'auth-file', items: [foundCredential('', fields)] };
}

function readCredentialList(list: readonly unknown[]): Structured {
  requireFew(list);
  const items = list.map((entry, index) => {
    const { email, cloud_id: cloudId, ...members } = readRecord(entry);
    const fields = { email: text(email), token: text(tokenOf(members)), cloudId: text(cloudId) };
    return foundCredential(list.length === 1 ? '' : `entry ${index + 1}`, fields);
  });
  return { kind: 'credential-json', items };
}

function readProxyConfiguration(record: JsonRecord): Structured {
  const [credentials, keys] = [readArray(record['rovo-api-key']), readArray(record['api-keys'])];
  requireFew(credentials);
  requireFew(keys);
  const items = [
    ...credentials.map((entry, index) => {
      const { email, 'api-key': token, 'cloud-id': cloudId, priority, models } = readRecord(entry);
      const fields = { email: text(email), token: text(token), cloudId: text(cloudId) };
      const note = priority === undefined && models === undefined ? undefined : notTakenOver;
      return foundCredential(`rovo-api-key, entry ${index + 1}`, fields, note);
    }),
    ...keys.map((key, index) => foundKey(`api-keys, entry ${index + 1}`, text(key))),
  ];
  if (items.length === 0) throw new Unreadable('Its list rovo-api-key is empty.');
  return { kind: 'proxy-configuration', items };
}

/** Finds members named `api_key`, in any spelling, whose value is `email:token`. Keys of other vendors do not match. */
function findPairs(document: unknown): FoundItem[] {
  const items: FoundItem[] = [];
  let left = maxValues;
  const visit = (value: unknown, place: string, depth: number): void => {
    left -= 1;
    if (depth > maxDepth || left < 0) throw new Unreadable('It is nested too deeply, or too large.');
    for (const [name, member] of membersOf(value)) {
      const where = `${place}${name}`;
      if (isPair(name, member)) items.push(foundCredential(where.replace(/^\./, ''), splitPair(member)));
      else visit(member, where, depth + 1);
    }
  };
  visit(document, '', 0);
  requireFew(items);
  return items;
}

/** All members with their path segments: `.name` or `[0]`. */
function membersOf(value: unknown): [name: string, member: unknown][] {
  if (Array.isArray(value)) return value.map((entry, index) => [`[${index}]`, entry]);
  if (isRecord(value)) return Object.entries(value).map(([name, member]) => [`.${name}`, member]);
  return [];
}

function isPair(name: string, member: unknown): member is string {
  return /^\.api[-_]?key$/i.test(name) && typeof member === 'string' && /^[^:@]*@[^:@]*:/.test(member);
}

function requireFew(list: readonly unknown[]): void {
  if (list.length > maxItems) throw new Unreadable(`It has more than ${maxItems} entries.`);
}

/** YAML parses unquoted text as a number if it looks like one. */
function text(value: unknown): string {
  return typeof value === 'number' ? String(value) : (readString(value) ?? '');
}
