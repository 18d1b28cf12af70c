import { Buffer } from 'node:buffer';
import { type JsonRecord, readRecord, readText } from '../../lib/json.ts';

/**
 * Describes a part of an answer that other APIs have no field for: code that Google ran, its output, and files.
 *
 * @returns Markdown; undefined for other parts
 */
export function describePart(part: JsonRecord): string | undefined {
  return describeCode(part) ?? (part.thought === true ? undefined : describeFile(part));
}

function describeCode({ executableCode, codeExecutionResult }: JsonRecord): string | undefined {
  const { code, language } = readRecord(executableCode);
  const written = readText(code);
  if (written !== undefined) return fenced(written, (readText(language) ?? '').toLowerCase());
  const { outcome, output } = readRecord(codeExecutionResult);
  const printed = readText(output);
  if (printed !== undefined) return fenced(printed, '');
  return typeof outcome === 'string' && outcome !== 'OUTCOME_OK' ? `\n\n[${outcome}]\n\n` : undefined;
}

function describeFile({ inlineData, fileData }: JsonRecord): string | undefined {
  const { mimeType, data } = readRecord(inlineData);
  const file = readText(data);
  if (file !== undefined) {
    const type = readText(mimeType) ?? 'unknown type';
    return `[The model generated a file (${type}, ${Buffer.byteLength(file, 'base64')} bytes).]`;
  }
  const address = readText(readRecord(fileData).fileUri);
  return address === undefined ? undefined : `[The model generated a file: ${address}]`;
}

/** A code block. Its fence is longer than any in the text. */
function fenced(text: string, language: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  const known = /^[a-z]{1,20}$/.test(language) && language !== 'language_unspecified' ? language : '';
  return `\n\n${fence}${known}\n${text.replace(/\n$/, '')}\n${fence}\n\n`;
}
