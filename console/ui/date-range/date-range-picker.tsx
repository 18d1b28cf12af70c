import '@mantine/dates/styles.layer.css';
import { DatePicker, type DateStringValue } from '@mantine/dates';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePhone } from '../dialog.tsx';
import { calendarProps } from './calendar-props.ts';
import { fromDays, toDay } from './days.ts';

interface DateRangePickerProps {
  /** Milliseconds since the epoch, `to` exclusive. */
  readonly value: { readonly from: number; readonly to: number } | undefined;
  readonly onChange: (span: { from: number; to: number }) => void;
}

/** Beside the calendar, they would not fit a phone. */
const presetsAbove = {
  datePickerRoot: { flexDirection: 'column', maxWidth: '18rem' },
  presetsList: { flexDirection: 'row', flexWrap: 'wrap', borderInlineEnd: 0, padding: 0 },
} as const;

/** A calendar for choosing a range of local days; loaded when first opened. */
export function DateRangePicker({ value, onChange }: DateRangePickerProps) {
  const { t, i18n } = useTranslation();
  const [days, setDays] = useState<[DateStringValue | null, DateStringValue | null]>(
    value ? [toDay(value.from), toDay(value.to - 1)] : [null, null],
  );
  const phone = usePhone();
  const now = Date.now();
  const day = (ago: number) => toDay(new Date(new Date(now).setDate(new Date(now).getDate() - ago)).getTime());
  return (
    <DatePicker
      type="range"
      {...calendarProps(i18n.language)}
      {...(phone ? { styles: presetsAbove } : {})}
      allowSingleDateInRange
      maxDate={toDay(now)}
      value={days}
      onChange={(chosen) => {
        setDays(chosen);
        const [first, last] = chosen;
        if (first !== null && last !== null) onChange(fromDays(first, last));
      }}
      presets={[
        { value: [day(0), day(0)], label: t('dates.today') },
        { value: [day(1), day(1)], label: t('dates.yesterday') },
        { value: [day(6), day(0)], label: t('dates.last7Days') },
        { value: [`${day(0).slice(0, 8)}01`, day(0)], label: t('dates.thisMonth') },
        { value: [day(89), day(0)], label: t('dates.last90Days') },
      ]}
    />
  );
}
