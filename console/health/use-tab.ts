import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Health } from './health.ts';
import { drawTabIcon } from './tab-icon.ts';

/** Shows the health in the browser tab's icon and title. @returns the title's prefix */
export function useTab({ level }: Health): string {
  const { t } = useTranslation();
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    if (icon === null) return;
    const original = icon.href;
    if (level !== 'good' && level !== 'empty') icon.href = drawTabIcon(level);
    return () => {
      icon.href = original;
    };
  }, [level]);
  switch (level) {
    case 'dry':
      return `⚠ ${t('health.dry')}`;
    case 'not-stored':
      return `⚠ ${t('health.notStoredTitle')}`;
    case 'not-shared':
      return `⚠ ${t('health.notSharedTitle')}`;
    case 'scarce':
      return `⚠ ${t('health.scarceTitle')}`;
    case 'unreachable':
      return `⚠ ${t('health.unreachableTitle')}`;
    default:
      return '';
  }
}
