import type { TFunction } from 'i18next';
import { findMessage } from '../../contract/gateway-messages.ts';
import { AdminApiError } from '../api.ts';
import { MissingPartError } from '../load-part.ts';
import { formatSpan } from './format.ts';

/** Translates an error to a message that says what to do. */
export function describeError(error: unknown, t: TFunction, language: string): string {
  if (error instanceof MissingPartError) return t('errors.outdated');
  if (!(error instanceof AdminApiError)) return error instanceof Error ? error.message : String(error);
  if (error.code === 'too_many_attempts' && error.retryAfterSeconds !== undefined) {
    return t('errors.tooManyAttemptsWait', { time: formatSpan(error.retryAfterSeconds * 1000, language) });
  }
  return translateMessage(error.message, t) ?? t(`errors.${error.code}`, { message: error.message });
}

/** A message of the gateway in the console's language. @returns undefined if it is none of the usual ones */
export function translateMessage(message: string, t: TFunction): string | undefined {
  const found = findMessage(message);
  return found && t(`messages.${found.name}`, { value: found.value });
}
