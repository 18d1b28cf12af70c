import { Button, Group, TextInput, type TextInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { toLocalInput } from './key-values.ts';

const day = 86_400_000;
const presets = { week: 7 * day, month: 30 * day, quarter: 90 * day, year: 365 * day } as const;
const names = ['week', 'month', 'quarter', 'year'] as const;

interface ExpiryFieldProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  readonly value: string;
  /** Local time in the format of `datetime-local`; empty = never. */
  readonly onExpiry: (value: string) => void;
}

/** The expiry of a key: a time, or a preset. */
export function ExpiryField({ value, onExpiry, ...props }: ExpiryFieldProps) {
  const { t } = useTranslation();
  return (
    <div>
      <TextInput
        type="datetime-local"
        label={t('keys.expiresAt')}
        value={value}
        onChange={(event) => onExpiry(event.currentTarget.value)}
        {...props}
      />
      <Group gap={4} mt={6}>
        {names.map((name) => (
          <Button
            key={name}
            size="compact-xs"
            variant="default"
            onClick={() => onExpiry(toLocalInput(Date.now() + presets[name]))}
          >
            {t(`keys.expiry.${name}`)}
          </Button>
        ))}
        <Button size="compact-xs" variant="default" onClick={() => onExpiry('')}>
          {t('keys.expiry.never')}
        </Button>
      </Group>
    </div>
  );
}
