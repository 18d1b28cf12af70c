import { isRecord } from '../../lib/json.ts';
import { inCamelCase } from './spelling.ts';

/*
 * Google's JSON has enum values by name or by number. Its Python library `google-generativeai`, and LangChain on top of
 * it, send numbers (`transport="rest"`, the mode for other endpoints). The numbers are those of
 * https://github.com/googleapis/googleapis/tree/master/google/ai/generativelanguage/v1beta; Vertex AI has others for the
 * categories of harm.
 */

const types = ['TYPE_UNSPECIFIED', 'STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL'];
const callingModes = ['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED'];
const harmCategories = [
  'HARM_CATEGORY_UNSPECIFIED',
  ...['DEROGATORY', 'TOXICITY', 'VIOLENCE', 'SEXUAL', 'MEDICAL', 'DANGEROUS', 'HARASSMENT', 'HATE_SPEECH'],
  ...['SEXUALLY_EXPLICIT', 'DANGEROUS_CONTENT', 'CIVIC_INTEGRITY'],
].map((name, number) => (number === 0 ? name : `HARM_CATEGORY_${name}`));
const harmThresholds = [
  'HARM_BLOCK_THRESHOLD_UNSPECIFIED',
  ...['BLOCK_LOW_AND_ABOVE', 'BLOCK_MEDIUM_AND_ABOVE', 'BLOCK_ONLY_HIGH', 'BLOCK_NONE', 'OFF'],
];

function nameOf(names: readonly string[], value: unknown): unknown {
  return typeof value === 'number' ? (names[value] ?? value) : value;
}

export const nameOfType = (value: unknown) => nameOf(types, value);
export const nameOfCallingMode = (value: unknown) => nameOf(callingModes, value);

/** @returns the same list if all values are names */
export function nameSafetySettings(settings: unknown): unknown {
  if (!Array.isArray(settings) || !settings.some(hasNumber)) return settings;
  return settings.map((given: unknown) => {
    const setting = inCamelCase(given);
    if (!isRecord(setting)) return given;
    const { category, threshold } = setting;
    return { ...setting, category: nameOf(harmCategories, category), threshold: nameOf(harmThresholds, threshold) };
  });
}

function hasNumber(setting: unknown): boolean {
  return isRecord(setting) && (typeof setting.category === 'number' || typeof setting.threshold === 'number');
}
