import type { TFunction } from 'i18next';

const most = 8;

/** Joins names for a sentence. Of a long list, shows the first names and the number of others. */
export function listNames(names: readonly string[], t: TFunction): string {
  const shown = names.slice(0, most).join(t('common.separator'));
  return names.length <= most ? shown : t('common.andMore', { names: shown, count: names.length - most });
}
