import type { TFunction } from 'i18next';

/** The server's label for requests with a model that was never attempted. */
const unknownModel = '(unknown model)';

/** Translates a ledger name if it is a placeholder. */
export function nameValue(by: 'model' | 'key' | 'credential' | 'status', label: string, t: TFunction): string {
  if (by === 'model' && label === unknownModel) return t('common.unknownModel');
  if (by === 'key' && label === 'playground') return t('shell.playground');
  return label === '' ? '–' : label;
}
