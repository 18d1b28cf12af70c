import type { TFunction } from 'i18next';

/** The server's label of requests whose model no attempt was made for. */
const unknownModel = '(unknown model)';

/** A name of the ledger in the console's language: some stand for something that has no name. */
export function nameValue(by: 'model' | 'key' | 'credential' | 'status', label: string, t: TFunction): string {
  if (by === 'model' && label === unknownModel) return t('common.unknownModel');
  if (by === 'key' && label === 'playground') return t('shell.playground');
  return label === '' ? '–' : label;
}
