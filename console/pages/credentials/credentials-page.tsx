import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';
import { KeySection } from '../keys/key-section.tsx';
import { CredentialSection } from './credential-section.tsx';
import { SectionTabs } from './section-tabs.tsx';

/** The Atlassian credentials, and the clients' API keys below them. */
export function CredentialsPage() {
  const { t } = useTranslation();
  return (
    <Page wide title={t('credentials.title')} description={t('credentials.description')}>
      <SectionTabs value="credentials" />
      <CredentialSection />
      <KeySection />
    </Page>
  );
}
