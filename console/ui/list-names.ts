import type { TFunction } from 'i18next';

const most = 8;

/** Names in a sentence; of very many the first, and how many more there are. */
export function listNames(names: readonly string[], t: TFunction): string {
  const shown = names.slice(0, most).join(', ');
  return names.length <= most ? shown : t('common.andMore', { names: shown, count: names.length - most });
}
