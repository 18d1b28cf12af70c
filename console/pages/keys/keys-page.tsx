import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';
import { SectionTabs } from '../credentials/section-tabs.tsx';
import { KeySection } from './key-section.tsx';

export function KeysPage() {
  const { t } = useTranslation();
  return (
    <Page wide title={t('keys.title')} description={t('keys.description')}>
      <SectionTabs value="keys" />
      <KeySection />
    </Page>
  );
}
