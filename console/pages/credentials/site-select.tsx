import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Site } from '../../../contract/credentials.ts';

interface SiteSelectProps {
  readonly sites: readonly Site[];
  /** Null: Atlassian's default. */
  readonly value: string | null;
  readonly onChange: (cloudId: string | null) => void;
}

/** The billing site: selected from the account's sites, or typed if they are unknown. */
export function SiteSelect({ sites, value, onChange }: SiteSelectProps) {
  const { t } = useTranslation();
  if (sites.length === 0) {
    return (
      <TextInput
        label={t('credentials.cloudId')}
        description={t('credentials.cloudIdHint')}
        maxLength={100}
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      />
    );
  }
  return (
    <Select
      label={t('credentials.site')}
      description={t('credentials.siteHint')}
      clearable
      clearButtonProps={{ 'aria-label': t('credentials.siteDefault') }}
      placeholder={t('credentials.siteDefault')}
      data={sites.map((site) => ({ value: site.cloudId, label: nameSite(site, t('credentials.sitePlan')) }))}
      value={value}
      onChange={onChange}
    />
  );
}

function nameSite(site: Site, plan: string): string {
  const host = URL.canParse(site.url) ? new URL(site.url).host : site.url;
  return site.hasActivePlan ? `${host} · ${plan}` : host;
}
