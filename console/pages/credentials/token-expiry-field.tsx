import { useTranslation } from 'react-i18next';
import { ExpiryField } from '../../ui/expiry-field.tsx';

interface TokenExpiryFieldProps {
  /** A local day, `2026-05-01`; empty = not known. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** When a token expires: Atlassian shows it where the token is made, and no API tells. */
export function TokenExpiryField({ value, onChange }: TokenExpiryFieldProps) {
  const { t } = useTranslation();
  return (
    <ExpiryField
      label={t('credentials.tokenExpiry')}
      description={t('credentials.tokenExpiryHint')}
      value={value}
      onExpiry={onChange}
      spans={['month', 'quarter', 'year']}
      none={t('credentials.tokenExpiryUnknown')}
    />
  );
}
