import { NumberInput, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Settings, timeoutRange } from '../../../contract/settings.ts';
import { SettingsForm } from './settings-form.tsx';

type Timeouts = Settings['timeouts'];
const names = ['connect', 'firstByte', 'wholeAnswer', 'silence', 'total', 'heartbeat'] as const;
const toSeconds = (milliseconds: number) => milliseconds / 1000;
/** Whole milliseconds: 4.1 * 1000 is 4099.999999999999. */
const toMilliseconds = (seconds: number) => Math.round(seconds * 1000);

function convert(timeouts: Timeouts, to: (time: number) => number): Timeouts {
  const converted = (name: keyof Timeouts) => to(Number(timeouts[name]));
  return {
    connect: converted('connect'),
    firstByte: converted('firstByte'),
    wholeAnswer: converted('wholeAnswer'),
    silence: converted('silence'),
    total: converted('total'),
    heartbeat: converted('heartbeat'),
  };
}

/** Shown in seconds, stored in milliseconds. */
export function TimeoutsTab() {
  const { t } = useTranslation();
  return (
    <SettingsForm<Timeouts>
      title={t('settings.timeouts.title')}
      description={t('settings.timeouts.text')}
      show={({ timeouts }) => convert(timeouts, toSeconds)}
      read={(timeouts) => ({ timeouts: convert(timeouts, toMilliseconds) })}
    >
      {(form) => (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {names.map((name) => (
            <NumberInput
              key={name}
              label={t(`settings.timeouts.${name}`)}
              description={t(`settings.timeouts.${name}Hint`)}
              min={toSeconds(timeoutRange.min)}
              max={toSeconds(timeoutRange.max)}
              suffix=" s"
              {...form.getInputProps(name)}
            />
          ))}
        </SimpleGrid>
      )}
    </SettingsForm>
  );
}
