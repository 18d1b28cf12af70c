import type { AudioPart, DocumentPart } from '../../conversation/message.ts';
import { readFileData, readMedia, toStandardBase64 } from '../../conversation/read-media.ts';
import { typeOfFile, withFileType } from '../../conversation/text-document.ts';
import { isRecord, type JsonRecord, readText } from '../../lib/json.ts';
import { invalidParameter, parseParameter } from '../openai/validation-failure.ts';
import { audioPartSchema, fileSchema } from './schema.ts';

/** @throws Failure that names the member */
export function decodeAudio(part: JsonRecord, parameter: string): AudioPart {
  const { input_audio: audio } = parseParameter(audioPartSchema, part, parameter);
  return {
    type: 'audio',
    source: { type: 'base64', mediaType: `audio/${audio.format}`, data: toStandardBase64(audio.data) },
  };
}

/**
 * In Chat Completions, the members are in `file`; in the Responses API, they are next to the type.
 *
 * @throws Failure that names the member
 */
export function decodeFile(part: JsonRecord, parameter: string): DocumentPart {
  const inner = isRecord(part.file);
  const where = inner ? `${parameter}.file` : parameter;
  const file = parseParameter(fileSchema, inner ? part.file : part, where);
  const data = file.file_data ?? file.file_url;
  if (typeof data !== 'string') {
    const name = typeof file.file_id === 'string' ? 'file_id' : 'file_data';
    const message = `Invalid '${where}.${name}': this gateway does not store files; send the file in file_data as a data URL.`;
    throw invalidParameter(`${where}.${name}`, 'unsupported-value', message);
  }
  const source = withFileType(readFileData(data, typeOfFile(file.filename, data)), file.filename);
  return { type: 'document', source, ...(typeof file.filename === 'string' && { filename: file.filename }) };
}

/** Reads a video as OpenRouter and vLLM have it: `{"type": "video_url", "video_url": {"url": "data:video/mp4;base64,…"}}`. */
export function readVideo({ type, video_url: written }: JsonRecord): DocumentPart | undefined {
  const url = readText(isRecord(written) ? written.url : written);
  if (type !== 'video_url' || url === undefined) return undefined;
  const source = readMedia(url);
  return { type: 'document', source: source.type === 'url' ? { ...source, mediaType: 'video/mp4' } : source };
}
