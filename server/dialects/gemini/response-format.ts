import { asList, isRecord, type JsonRecord, readRecord, readText } from '../../lib/json.ts';
import { inCamelCase } from './spelling.ts';

/*
 * `generationConfig.responseFormat` is Google's newer form of `responseMimeType` and the schemas: a list with one item per
 * modality, `[{"text": {"mimeType": "application/json", "schema": {…}}}]`. Its formats of images and audio are left alone.
 */

const jsonTypes: ReadonlySet<string> = new Set(['application/json', 'application_json']);

/** @returns the config with the format of texts in the older form; the same config if it has none in the newer one */
export function readResponseFormat(given: unknown): unknown {
  const { text, others, config } = splitFormat(given);
  if (text === undefined) return given;
  const { mimeType, schema } = readRecord(inCamelCase(text));
  const type = readText(mimeType)?.toLowerCase() ?? (isRecord(schema) ? 'application/json' : 'text/plain');
  return {
    ...config,
    ...(jsonTypes.has(type) && { responseMimeType: 'application/json', responseJsonSchema: schema }),
    ...(others.length > 0 && { responseFormat: others }),
  };
}

/** True if Google's older models would not know the format of texts. */
export function hasTextFormat(given: unknown): boolean {
  return splitFormat(given).text !== undefined;
}

interface SplitFormat {
  readonly text: unknown;
  readonly others: readonly unknown[];
  readonly config: JsonRecord;
}

function splitFormat(given: unknown): SplitFormat {
  const spelled = inCamelCase(given);
  if (!isRecord(spelled)) return { text: undefined, others: [], config: {} };
  const { responseFormat, ...config } = spelled;
  const formats = asList(responseFormat);
  const isText = (format: unknown) => isRecord(format) && isRecord(format.text);
  return { text: readRecord(formats.find(isText)).text, others: formats.filter((format) => !isText(format)), config };
}
