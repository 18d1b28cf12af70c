import { isRecord } from '../../lib/json.ts';

/*
 * Google's JSON has enum values by name or by number. Its Python library `google-generativeai`, and LangChain on top of
 * it, send numbers (`transport="rest"`, the mode for other endpoints). The numbers are those of
 * https://github.com/googleapis/googleapis/tree/master/google/ai/generativelanguage/v1beta; Vertex AI has others for the
 * categories of harm.
 */

const types = ['TYPE_UNSPECIFIED', 'STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL'];
const callingModes = ['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED'];
/** The numbers below are of models before Gemini, or those of Vertex AI, which understands its own. */
const firstHarmCategory = 7;
const harmCategories = [
  'HARM_CATEGORY_HARASSMENT',
  'HARM_CATEGORY_HATE_SPEECH',
  'HARM_CATEGORY_SEXUALLY_EXPLICIT',
  'HARM_CATEGORY_DANGEROUS_CONTENT',
  'HARM_CATEGORY_CIVIC_INTEGRITY',
];

function nameOf(names: readonly string[], value: unknown): unknown {
  return typeof value === 'number' ? (names[value] ?? value) : value;
}

export const nameOfType = (value: unknown) => nameOf(types, value);
export const nameOfCallingMode = (value: unknown) => nameOf(callingModes, value);

/** @returns the same list if there is nothing to change: Vertex AI has the same numbers for thresholds */
export function nameSafetySettings(settings: unknown): unknown {
  if (!Array.isArray(settings) || !settings.some((setting) => nameOfCategory(setting) !== undefined)) return settings;
  return settings.map((setting: unknown) => {
    const category = nameOfCategory(setting);
    return category === undefined || !isRecord(setting) ? setting : { ...setting, category };
  });
}

function nameOfCategory(setting: unknown): string | undefined {
  const number = isRecord(setting) ? setting.category : undefined;
  return typeof number === 'number' ? harmCategories[number - firstHarmCategory] : undefined;
}
