import type { TFunction } from 'i18next';
import { AdminApiError } from '../api.ts';
import { formatSpan } from './format.ts';

/** Translates an error to a message that says what to do. */
export function describeError(error: unknown, t: TFunction, language: string): string {
  // Each browser has its own message if a part of the console cannot be fetched, usually after an update.
  if (error instanceof TypeError && /import|module/i.test(error.message)) return t('errors.outdated');
  // Vite's message for a style sheet that cannot be loaded.
  if (error instanceof Error && /^Unable to preload/.test(error.message)) return t('errors.outdated');
  if (!(error instanceof AdminApiError)) return error instanceof Error ? error.message : String(error);
  if (error.code === 'too_many_attempts' && error.retryAfterSeconds !== undefined) {
    return t('errors.tooManyAttemptsWait', { time: formatSpan(error.retryAfterSeconds * 1000, language) });
  }
  return t(`errors.${error.code}`, { message: error.message });
}
