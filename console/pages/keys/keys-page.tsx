import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';
import { KeySection } from './key-section.tsx';

export function KeysPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('keys.title')} description={t('keys.description')}>
      <KeySection />
    </Page>
  );
}
