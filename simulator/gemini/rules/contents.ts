import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asRecord, type JsonRecord } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { callsOf, type GeminiRequest, partsOf, responsesOf } from '../request.ts';

/** Roles are user and model. */
export function checkRoles({ contents }: GeminiRequest): Refusal | null {
  const isWrong = contents.some(({ role }) => role !== 'user' && role !== 'model');
  return isWrong ? invalidRequest('Please use a valid role: user, model.') : null;
}

const dataMembers = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
] as const;

/** Each content needs parts, and each part exactly one datum. Only a text with a signature may be empty. */
export function checkParts({ body, contents }: GeminiRequest): Refusal | null {
  const system = body.systemInstruction ?? body.system_instruction;
  const named = contents.map((content, index): readonly [string, JsonRecord] => [`contents[${index}]`, content]);
  const all = system === undefined ? named : [['system_instruction', asRecord(system)] as const, ...named];
  return firstRefusal(all, ([where, content]) => {
    const parts = partsOf(content);
    if (parts.length === 0) {
      return invalidRequest(`* GenerateContentRequest.${where}.parts: contents.parts must not be empty.`);
    }
    return firstRefusal(parts, (part, at) => checkPart(part, `${where}.parts[${at}]`));
  });
}

function checkPart(part: JsonRecord, where: string): Refusal | null {
  const data = dataMembers.filter((member) => part[member] !== undefined);
  if (data.length === 0) {
    return invalidRequest(
      `* GenerateContentRequest.${where}.data: required oneof field 'data' must have one initialized field`,
    );
  }
  if (data.length > 1) {
    return invalidRequest(
      `Invalid value at '${where}' (oneof), oneof field 'data' is already set. Cannot set '${data[1]}'`,
    );
  }
  return part.text === '' && part.thoughtSignature === undefined
    ? invalidRequest(
        'Unable to submit request because it has an empty text parameter. Add a value to the parameter and try again.',
      )
    : null;
}

/**
 * A turn with calls must follow a user turn or responses. Directly after it comes one content with one response per
 * call, for the same functions.
 */
export function checkCallOrder({ contents }: GeminiRequest): Refusal | null {
  return firstRefusal([...contents, undefined], (content, index) => {
    const before = contents[index - 1];
    const calls = before?.role === 'model' ? callsOf(before) : [];
    const responses = responsesOf(content);
    if (callsOf(content).length > 0 && before?.role !== 'user') {
      return invalidRequest(
        'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
      );
    }
    if (responses.length > 0 && calls.length === 0) {
      return invalidRequest('Please ensure that function response turn comes immediately after a function call turn.');
    }
    if (responses.length !== calls.length) {
      return invalidRequest(
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      );
    }
    return checkNames(calls, responses);
  });
}

function checkNames(calls: readonly JsonRecord[], responses: readonly JsonRecord[]): Refusal | null {
  const asked = calls.map((part) => asRecord(part.functionCall).name).sort();
  const answered = responses.map((part) => asRecord(part.functionResponse).name).sort();
  const isSame = asked.every((name, index) => name === answered[index]);
  return isSame
    ? null
    : invalidRequest('Please ensure that function response names match the function call names of the previous turn.');
}
