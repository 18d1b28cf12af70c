import { createContext, useContext, useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** Prefix of every page's title; may be empty. */
export const TitlePrefix = createContext('');

/** Sets the browser tab's title to the page's title, prefixed with the current problem if there is one. */
export function useDocumentTitle(title: string): void {
  const { t } = useTranslation();
  const prefix = useContext(TitlePrefix);
  const product = t('common.product');
  useEffect(() => {
    document.title = [prefix, title, product].filter((part) => part !== '').join(' · ');
  }, [prefix, title, product]);
}
