import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asRecord, asString } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { type GeminiRequest, inCamelCase } from '../request.ts';

const namePattern = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/;

/** Function names must be well formed and unique. */
export function checkDeclarations({ declarations }: GeminiRequest): Refusal | null {
  const seen = new Set<string>();
  return firstRefusal(declarations, ({ name }, index) => {
    const where = `* GenerateContentRequest.tools[0].function_declarations[${index}].name`;
    const written = asString(name);
    if (!namePattern.test(written)) {
      return invalidRequest(
        `${where}: [FIELD_INVALID] Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.`,
      );
    }
    if (seen.has(written)) return invalidRequest(`${where}: Duplicate function declaration found: ${written}`);
    seen.add(written);
    return null;
  });
}

/** Allowed functions must be declared, and are only valid in the modes ANY and VALIDATED. */
export function checkFunctionCalling({ body, declarations }: GeminiRequest): Refusal | null {
  const toolConfig = inCamelCase(asRecord(body.toolConfig ?? body.tool_config));
  const { mode, allowedFunctionNames } = inCamelCase(asRecord(toolConfig.functionCallingConfig));
  const allowed = asArray(allowedFunctionNames);
  if (allowed.length === 0) {
    return mode === 'ANY' && declarations.length === 0
      ? invalidRequest('Function calling config is set without function_declarations.')
      : null;
  }
  if (mode !== 'ANY' && mode !== 'VALIDATED') {
    return invalidRequest(
      'Unable to submit request because allowed_function_names should only be set when the function calling mode is ANY.',
    );
  }
  const names = new Set(declarations.map(({ name }) => name));
  const unknown = allowed.find((name) => !names.has(name));
  return unknown === undefined
    ? null
    : invalidRequest(
        `Unable to submit request because allowed_function_names contains ${String(unknown)}, which is not in function_declarations.`,
      );
}
