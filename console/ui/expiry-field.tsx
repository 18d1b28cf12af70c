import '@mantine/dates/styles.layer.css';
import { Button, Group } from '@mantine/core';
import { DateInput, type DateInputProps } from '@mantine/dates';
import { useTranslation } from 'react-i18next';
import { calendarProps } from './date-range/calendar-props.ts';
import { toLocalText } from './local-text.ts';

const day = 86_400_000;
const presets = { week: 7 * day, month: 30 * day, quarter: 90 * day, year: 365 * day } as const;

interface ExpiryFieldProps extends Pick<DateInputProps, 'label' | 'description' | 'error' | 'name'> {
  /** Local date `2026-05-01` or time `2026-05-01 09:30:00`; empty = none. */
  readonly value: string;
  readonly onExpiry: (value: string) => void;
  /** Whether to include the time of day. */
  readonly withTime?: boolean;
  readonly spans: readonly (keyof typeof presets)[];
  /** Label for no expiry. */
  readonly none: string;
}

/** An expiry field: type it, choose it from a calendar, or use a preset. */
export function ExpiryField({ value, onExpiry, withTime = false, spans, none, ...props }: ExpiryFieldProps) {
  const { t, i18n } = useTranslation();
  return (
    <div>
      <DateInput
        value={value === '' ? null : value}
        onChange={(chosen) => onExpiry(chosen ?? '')}
        withTime={withTime}
        valueFormat={withTime ? 'YYYY-MM-DD HH:mm' : 'YYYY-MM-DD'}
        placeholder={none}
        {...calendarProps(i18n.language)}
        popoverProps={{ position: 'top-start' }}
        autoComplete="off"
        {...props}
      />
      <Group gap={4} mt={6}>
        {spans.map((name) => (
          <Button
            key={name}
            size="compact-xs"
            variant="default"
            onClick={() => onExpiry(toLocalText(Date.now() + presets[name], withTime))}
          >
            {t(`keys.expiry.${name}`)}
          </Button>
        ))}
        <Button size="compact-xs" variant="default" onClick={() => onExpiry('')}>
          {none}
        </Button>
      </Group>
    </div>
  );
}
