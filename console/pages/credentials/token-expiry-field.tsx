import { useTranslation } from 'react-i18next';
import { ExpiryField } from '../../ui/expiry-field.tsx';

interface TokenExpiryFieldProps {
  /** Local date like `2026-05-01`; empty if unknown. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The expiry date of a token. The admin enters it, because no API reports it. */
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
