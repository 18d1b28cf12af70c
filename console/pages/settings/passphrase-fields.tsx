import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { minPassphraseLength } from '../../../contract/common.ts';

/** A new passphrase, typed twice. */
export interface TypedPassphrase {
  readonly passphrase: string;
  readonly repeated: string;
}

export const noPassphrase: TypedPassphrase = { passphrase: '', repeated: '' };

export function isPassphraseComplete({ passphrase, repeated }: TypedPassphrase): boolean {
  return passphrase.length >= minPassphraseLength && repeated === passphrase;
}

interface PassphraseFieldsProps {
  readonly value: TypedPassphrase;
  readonly onChange: (value: TypedPassphrase) => void;
}

export function PassphraseFields({ value, onChange }: PassphraseFieldsProps) {
  const { t } = useTranslation();
  const { passphrase, repeated } = value;
  // Wait for the whole text before calling it different.
  const differs = !passphrase.startsWith(repeated);
  return (
    <>
      <PasswordInput
        label={t('settings.backup.passphrase')}
        description={t('settings.backup.passphraseHint')}
        autoComplete="new-password"
        value={passphrase}
        onChange={(event) => onChange({ ...value, passphrase: event.currentTarget.value })}
      />
      <PasswordInput
        label={t('settings.backup.repeat')}
        autoComplete="new-password"
        error={differs ? t('settings.backup.differs') : undefined}
        value={repeated}
        onChange={(event) => onChange({ ...value, repeated: event.currentTarget.value })}
      />
    </>
  );
}
