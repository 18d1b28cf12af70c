import { createContext, useContext, useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** What stands before every page's title; empty, nothing. */
export const TitlePrefix = createContext('');

/** Names the browser's tab after the page, and after what is wrong where something is. */
export function useDocumentTitle(title: string): void {
  const { t } = useTranslation();
  const prefix = useContext(TitlePrefix);
  const product = t('common.product');
  useEffect(() => {
    document.title = [prefix, title, product].filter((part) => part !== '').join(' · ');
  }, [prefix, title, product]);
}
