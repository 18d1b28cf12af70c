import { Paper, SimpleGrid, Skeleton, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UsageTotals } from '../../../contract/usage.ts';
import { useFormat } from '../../ui/use-format.ts';

/** The chosen span in six figures. */
export function FigureRow({ totals }: { totals: UsageTotals | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const duration = (value: number | null) => (value === null ? '–' : format.duration(value));
  const shown = totals && {
    requests: { value: format.count(totals.requests), note: t('overview.aborted', { count: totals.aborts }) },
    errorRate: {
      value: totals.requests === 0 ? '–' : format.percent(totals.failures / totals.requests),
      note: t('overview.failed', { count: totals.failures }),
    },
    tokens: {
      value: format.compact(totals.inputTokens + totals.outputTokens),
      note: t('overview.tokensSplit', {
        input: format.compact(totals.inputTokens),
        output: format.compact(totals.outputTokens),
      }),
    },
    latency: {
      value: duration(totals.latencyP95),
      note: t('overview.mean', { value: duration(totals.latencyMean) }),
    },
    firstToken: {
      value: duration(totals.firstTokenP95),
      note: t('overview.mean', { value: duration(totals.firstTokenMean) }),
    },
    cost: { value: format.dollars(totals.cost), note: t('overview.listPrice') },
  };
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
      {(['requests', 'errorRate', 'tokens', 'latency', 'firstToken', 'cost'] as const).map((name) => (
        <Paper key={name} withBorder p="sm" radius="md" role="group" aria-label={t(`overview.figure.${name}`)}>
          <Text size="xs" c="dimmed">
            {t(`overview.figure.${name}`)}
          </Text>
          {shown ? (
            <>
              <Text fz="1.375rem" fw={600} lh={1.4} data-figure={name}>
                {shown[name].value}
              </Text>
              <Text size="xs" c="dimmed">
                {shown[name].note}
              </Text>
            </>
          ) : (
            <Skeleton height={42} mt={6} />
          )}
        </Paper>
      ))}
    </SimpleGrid>
  );
}
