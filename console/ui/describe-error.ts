import type { TFunction } from 'i18next';
import { AdminApiError } from '../api.ts';
import { formatSpan } from './format.ts';

/** A failure in words that say what to do, by its code. */
export function describeError(error: unknown, t: TFunction, language: string): string {
  // Browsers word it differently: a part of the console that could not be fetched, mostly after an update.
  if (error instanceof TypeError && /import|module/i.test(error.message)) return t('errors.outdated');
  // Vite's own words for its style sheet.
  if (error instanceof Error && /^Unable to preload/.test(error.message)) return t('errors.outdated');
  if (!(error instanceof AdminApiError)) return error instanceof Error ? error.message : String(error);
  if (error.code === 'too_many_attempts' && error.retryAfterSeconds !== undefined) {
    return t('errors.tooManyAttemptsWait', { time: formatSpan(error.retryAfterSeconds * 1000, language) });
  }
  return t(`errors.${error.code}`, { message: error.message });
}
