import { Buffer } from 'node:buffer';
import { requireWholeText } from '../lib/abridged-body.ts';
import type { DocumentPart, MediaSource, Part } from './message.ts';

const textType =
  /^(?:text\/|application\/(?:json|xml|toml|sql|(?:x-)?(?:yaml|javascript|typescript|sh|python|php))\b|[^;]+\+(?:json|xml)\b)/i;

/** True for a file that is plain text, as its media type says. */
export function isText({ mediaType }: Pick<MediaSource, 'mediaType'>): boolean {
  return textType.test(mediaType ?? '');
}

/**
 * Reads a document that is plain text, because many models and routes take texts only.
 *
 * @returns undefined for other documents
 */
export function readTextDocument(source: DocumentPart['source']): string | undefined {
  if (source.type === 'text') return source.text;
  if (source.type !== 'base64' || !isText(source)) return undefined;
  requireWholeText(source.data);
  return Buffer.from(source.data, 'base64').toString('utf8');
}

/** Puts a document's name before its text, for APIs that have no field for the name of a text. */
export function titled(text: string, filename: string | undefined): string {
  return filename === undefined ? text : `${filename}:\n${text}`;
}

/** The parts of a document that consists of parts, after its name. */
export function titledParts(
  { parts }: Extract<DocumentPart['source'], { readonly type: 'parts' }>,
  filename: string | undefined,
): readonly Part[] {
  return filename === undefined ? parts : [{ type: 'text', text: `${filename}:` }, ...parts];
}

/** The media types of text files by the end of their names. */
const typesOfEndings: ReadonlyMap<string, string> = new Map([
  ...(['txt', 'log', 'text', 'ini', 'conf', 'env', 'tex'] as const).map((ending) => [ending, 'text/plain'] as const),
  ...(['py', 'rb', 'go', 'rs', 'c', 'h', 'cpp', 'java', 'kt', 'ts', 'tsx', 'jsx', 'sh', 'sql', 'toml'] as const).map(
    (ending) => [ending, 'text/plain'] as const,
  ),
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['html', 'text/html'],
  ['css', 'text/css'],
  ['js', 'text/javascript'],
  ['xml', 'application/xml'],
  ['json', 'application/json'],
  ['yaml', 'application/yaml'],
  ['yml', 'application/yaml'],
]);

/** The first base64 characters of a PDF. */
const pdfBeginning = 'JVBERi0';

/** Determines the media type of a file that came without one. PDFs are by far the most common. */
export function typeOfFile(filename: string | null | undefined, data: string): string {
  if (data.startsWith(pdfBeginning)) return 'application/pdf';
  const ending = filename?.slice(filename.lastIndexOf('.') + 1).toLowerCase() ?? '';
  return typesOfEndings.get(ending) ?? 'application/pdf';
}

/** Media types that say nothing about a file. */
const generalTypes: ReadonlySet<string> = new Set(['application/octet-stream', 'binary/octet-stream', '']);

/** Corrects the media type of a file if it says nothing. */
export function withFileType(source: MediaSource, filename: string | null | undefined): MediaSource {
  if (source.type !== 'base64' || !generalTypes.has(source.mediaType)) return source;
  return { ...source, mediaType: typeOfFile(filename, source.data) };
}
