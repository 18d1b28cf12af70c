import { Button, Group, Popover, SegmentedControl, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCalendar } from '@tabler/icons-react';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '../../ui/lazy-part.ts';
import { useFormat } from '../../ui/use-format.ts';
import { type OverviewSearch, ranges } from './search.ts';

const DateRangePicker = lazyPart(() =>
  import('../../ui/date-range/date-range-picker.tsx').then((module) => module.DateRangePicker),
);

interface RangeControlProps {
  readonly search: OverviewSearch;
  readonly onChange: (change: Pick<OverviewSearch, 'range' | 'from' | 'to'>) => void;
}

/** Selects the period: a range up to now, or days from the calendar. */
export function RangeControl({ search, onChange }: RangeControlProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [opened, picker] = useDisclosure(false);
  const { from, to, range = '24h' } = search;
  const own = from === undefined ? undefined : { from, to: to ?? Date.now() };
  return (
    <Group gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={t('overview.range')}
        value={own ? '' : range}
        onChange={(value) =>
          onChange({ range: ranges.find((known) => known === value), from: undefined, to: undefined })
        }
        data={ranges.map((value) => ({ value, label: t(`overview.range${value}`) }))}
      />
      <Popover
        opened={opened}
        onChange={(open) => (open ? picker.open() : picker.close())}
        position="bottom-end"
        shadow="md"
      >
        <Popover.Target>
          <Button
            size="xs"
            variant={own ? 'light' : 'default'}
            leftSection={<IconCalendar size={14} aria-hidden />}
            onClick={picker.toggle}
            aria-expanded={opened}
          >
            {own ? `${format.moment(own.from)} – ${format.moment(own.to)}` : t('dates.choose')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Suspense fallback={<Skeleton w={260} h={280} />}>
            <DateRangePicker
              value={own}
              onChange={(span) => {
                picker.close();
                onChange({ range: undefined, ...span });
              }}
            />
          </Suspense>
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}
