import { parse as parseYaml, YAMLError } from 'yaml';
import { parseJson } from '../lib/json.ts';
import { redactText } from '../lib/redact.ts';
import { isCredential, readCredentialLines } from '../pool/import-credentials.ts';
import { type FoundItem, type ImportKind, type ReadFile, type SourceFile, Unreadable } from './found.ts';
import { isEnvironment, readEnvironment } from './readers/environment.ts';
import { isSqlite, readGoDatabase } from './readers/go-database.ts';
import { readStructured } from './readers/structured.ts';

const maxNameLength = 200;
/** Bytes. */
const maxTextBytes = 8_000_000;
/** In characters: 2,000 credentials. Parsing this much YAML takes a second. */
const maxYamlLength = 500_000;
const backupMagic = 'atlassian-proxy backup';

interface Content {
  readonly kind: ImportKind;
  readonly items: readonly FoundItem[];
}

/**
 * Reads files of other programs, whose formats are detected from the content. SQLite's side files are read with their
 * database.
 *
 * @returns one entry per file, except side files, in the same order
 */
export function readFiles(files: readonly SourceFile[]): ReadFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const isSideFile = ({ name }: SourceFile) => {
    const owner = byName.get(name.replace(/-(?:wal|shm|journal)$/, ''));
    return owner !== undefined && owner.name !== name && isSqlite(owner.bytes);
  };
  return files.filter((file) => !isSideFile(file)).map((file) => readFile(file, byName.get(`${file.name}-wal`)?.bytes));
}

function readFile({ name, bytes }: SourceFile, log: Uint8Array | undefined): ReadFile {
  const file = redactText(name, [], maxNameLength);
  try {
    return { file, ...readContent(bytes, log) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { file, kind: undefined, message: error.message };
  }
}

function readContent(bytes: Uint8Array, log: Uint8Array | undefined): Content {
  if (bytes.length === 0) throw new Unreadable('It is empty.');
  if (isSqlite(bytes)) return { kind: 'go-database', items: readGoDatabase(bytes, log) };
  const text = decode(bytes);
  const trimmed = text.trimStart();
  if (trimmed.startsWith(backupMagic)) throw new Unreadable('It is a backup of this gateway: use the command restore.');
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) return readStructured(parseDocument(text));
  if (isEnvironment(text)) return { kind: 'environment', items: readEnvironment(text) };
  const lines = readLines(text);
  if (lines !== undefined) return lines;
  if (/\w["']?:(?:\s|$)/.test(text)) return readStructured(parseDocument(text));
  throw new Unreadable('Its format is unknown.');
}

/** @returns undefined if no line begins with an email followed by something else */
function readLines(text: string): Content | undefined {
  const lines = readCredentialLines(text);
  if (!lines.some(({ read }) => isCredential(read) || read.email !== undefined)) return undefined;
  const items = lines.map(({ line, read }): FoundItem => {
    const place = `line ${line}`;
    if (isCredential(read)) return { type: 'credential', place, credential: read };
    return { type: 'invalid', what: 'credential', place, ...read };
  });
  return { kind: 'lines', items };
}

/** Decodes UTF-8, or UTF-16 as some Windows programs write it. */
function decode(bytes: Uint8Array): string {
  if (bytes.length > maxTextBytes) throw new Unreadable('It is too large.');
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    const text = new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // The actual encoding does not matter.
  }
  throw new Unreadable('Its format is unknown.');
}

/** The parsers' own error messages would contain parts of the file. */
function parseDocument(text: string): unknown {
  const json = parseJson(text);
  if (json !== undefined) return json;
  if (text.length > maxYamlLength) {
    throw new Unreadable(
      `It is not valid JSON, and too large for YAML: ${maxYamlLength.toLocaleString('en')} characters at most.`,
    );
  }
  try {
    return parseYaml(text, yamlOptions);
  } catch (error) {
    const where = error instanceof YAMLError ? `, at line ${lineAt(text, error.pos[0])}` : '';
    throw new Unreadable(`It is damaged: it is neither valid JSON nor valid YAML${where}.`);
  }
}

/** Comparing each key with all others and locating each error takes quadratic time. */
const yamlOptions = { maxAliasCount: 100, logLevel: 'error', uniqueKeys: false, prettyErrors: false } as const;

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
