import { SegmentedControl, Text, UnstyledButton } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { UsageTotals } from '../../../contract/usage.ts';
import { type Column, DataTable } from '../../ui/data-table/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { nameValue } from '../../ui/name-value.ts';
import { Panel } from '../../ui/page.tsx';
import { useFormat } from '../../ui/use-format.ts';
import type { Focus } from './queries.ts';
import type { Breakdown } from './search.ts';

type UsageGroup = UsageTotals & { readonly value: string; readonly label: string };

interface BreakdownPanelProps {
  readonly by: Breakdown;
  readonly onBy: (by: Breakdown) => void;
  readonly groups: readonly UsageGroup[] | undefined;
  readonly onFocus: (focus: Focus) => void;
}

/** The figures by model, key or credential. A row filters the whole page. */
export function BreakdownPanel({ by, onBy, groups, onFocus }: BreakdownPanelProps) {
  const { t } = useTranslation();
  const columns = useBreakdownColumns(by, onFocus);
  return (
    <Panel
      title={t('overview.breakdown')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('overview.breakdown')}
          value={by}
          onChange={onBy}
          data={[
            { value: 'model', label: t('overview.by.model') },
            { value: 'key', label: t('overview.by.key') },
            { value: 'credential', label: t('overview.by.credential') },
          ]}
        />
      }
    >
      <DataTable
        label={t('overview.breakdown')}
        columns={columns}
        rows={groups}
        id={(row) => row.value}
        empty={
          <Empty icon={IconChartBar} title={t('overview.breakdownEmpty')} text={t('overview.breakdownEmptyText')} />
        }
      />
    </Panel>
  );
}

function useBreakdownColumns(by: Breakdown, onFocus: (focus: Focus) => void): Column<UsageGroup>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: 'label',
      title: t(`overview.by.${by}`),
      onCard: 'title',
      render: ({ value, label }) => (
        <UnstyledButton
          onClick={() => onFocus({ by, value, label: nameValue(by, label, t) })}
          style={{ overflowWrap: 'anywhere' }}
        >
          <Text size="sm" fw={500}>
            {nameValue(by, label, t)}
          </Text>
        </UnstyledButton>
      ),
    },
    {
      key: 'requests',
      title: t('overview.figure.requests'),
      align: 'right',
      render: (row) => format.count(row.requests),
    },
    {
      key: 'errorRate',
      title: t('overview.figure.errorRate'),
      align: 'right',
      render: (row) => (row.requests === 0 ? '–' : format.percent(row.failures / row.requests)),
    },
    {
      key: 'tokens',
      title: t('overview.figure.tokens'),
      align: 'right',
      render: (row) => format.compact(row.inputTokens + row.outputTokens),
    },
    {
      key: 'latency',
      title: t('overview.figure.latency'),
      align: 'right',
      render: (row) => (row.latencyP95 === null ? '–' : format.duration(row.latencyP95)),
    },
    {
      key: 'firstToken',
      title: t('overview.figure.firstToken'),
      align: 'right',
      render: (row) => (row.firstTokenP95 === null ? '–' : format.duration(row.firstTokenP95)),
    },
    {
      key: 'cost',
      title: t('overview.figure.cost'),
      align: 'right',
      render: (row) => format.dollars(row.cost),
    },
  ];
}
