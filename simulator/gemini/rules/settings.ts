import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asNumber } from '../../json.ts';
import type { GeminiRequest } from '../request.ts';

const maxOutput = 65_536;
const maxStops = 5;

/** Numbers must be in range. Before Gemini 3, JSON answers cannot be combined with functions. */
export function checkSettings({ settings, declarations, thinking }: GeminiRequest): Refusal | null {
  return (
    outOfRange('temperature', settings.temperature, 0, 2) ??
    outOfRange('topP', settings.topP, 0, 1) ??
    outOfRange('maxOutputTokens', settings.maxOutputTokens, 1, maxOutput) ??
    (asArray(settings.stopSequences).length > maxStops
      ? invalidRequest(`Unable to submit request because it has more than ${maxStops} stop sequences.`)
      : null) ??
    (settings.responseMimeType === 'application/json' && declarations.length > 0 && !thinking.takesLevel
      ? invalidRequest("Function calling with a response mime type: 'application/json' is unsupported")
      : null)
  );
}

function outOfRange(name: string, held: unknown, minimum: number, maximum: number): Refusal | null {
  const given = asNumber(held);
  if (given === null || (given >= minimum && given <= maximum)) return null;
  return invalidRequest(
    `Unable to submit request because it has a ${name} value of ${given} but the supported range is from ${minimum} (inclusive) to ${maximum} (inclusive). Update the value and try again.`,
  );
}

/** The thinking settings must suit the model: a budget in its range or a level, never both. */
export function checkThinking({ thinking, thinkingSettings, settings }: GeminiRequest): Refusal | null {
  const { thinkingBudget: budget, thinkingLevel: level } = thinkingSettings;
  if (settings.thinkingConfig === undefined) return null;
  if (!thinking.thinks) {
    return budget === 0 && level === undefined
      ? null
      : invalidRequest('Unable to submit request because thinking is not supported by this model.');
  }
  if (budget !== undefined && level !== undefined) {
    return invalidRequest('You can only set only one of thinking budget and thinking level.');
  }
  if (level !== undefined && !thinking.takesLevel) {
    return invalidRequest('Thinking level is not supported for this model.');
  }
  return checkBudget(asNumber(budget), thinking);
}

function checkBudget(budget: number | null, thinking: GeminiRequest['thinking']): Refusal | null {
  if (budget === null || budget === -1 || thinking.budget === null) return null;
  if (budget === 0) {
    return thinking.canBeOff ? null : invalidRequest('Budget 0 is invalid. This model only works in thinking mode.');
  }
  const { minimum, maximum } = thinking.budget;
  return budget >= minimum && budget <= maximum
    ? null
    : invalidRequest(
        `The thinking budget ${budget} is invalid. Please choose a value between ${minimum} and ${maximum}.`,
      );
}
