import { NumberInput, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../contract/settings.ts';
import { SettingsForm } from './settings-form.tsx';

type Timeouts = Settings['timeouts'];
const names = ['connect', 'firstByte', 'silence', 'total', 'heartbeat'] as const;
/** In seconds; the contract uses milliseconds. */
const bounds: Readonly<Record<keyof Timeouts, readonly [min: number, max: number]>> = {
  connect: [0.1, 120],
  firstByte: [1, 3600],
  silence: [1, 3600],
  total: [1, 86_400],
  heartbeat: [1, 600],
};

function scale(timeouts: Timeouts, factor: number): Timeouts {
  const scaled = (name: keyof Timeouts) => Number(timeouts[name]) * factor;
  return {
    connect: scaled('connect'),
    firstByte: scaled('firstByte'),
    silence: scaled('silence'),
    total: scaled('total'),
    heartbeat: scaled('heartbeat'),
  };
}

/** Shown in seconds, stored in milliseconds. */
export function TimeoutsTab() {
  const { t } = useTranslation();
  return (
    <SettingsForm<Timeouts>
      title={t('settings.timeouts.title')}
      description={t('settings.timeouts.text')}
      show={({ timeouts }) => scale(timeouts, 1 / 1000)}
      read={(timeouts) => ({ timeouts: scale(timeouts, 1000) })}
    >
      {(form) => (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {names.map((name) => (
            <NumberInput
              key={name}
              label={t(`settings.timeouts.${name}`)}
              description={t(`settings.timeouts.${name}Hint`)}
              min={bounds[name][0]}
              max={bounds[name][1]}
              suffix=" s"
              {...form.getInputProps(name)}
            />
          ))}
        </SimpleGrid>
      )}
    </SettingsForm>
  );
}
