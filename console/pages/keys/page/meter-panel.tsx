import { Group, Progress, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../ui/page.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { isDollars, type Meter, toneOf } from './meters.ts';

/** Usage of each limit, and when budgets reset. */
export function MeterPanel({ meters }: { meters: readonly Meter[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('keys.limits')} description={t('keys.page.limitsText')}>
      {meters.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('keys.page.noLimits')}
        </Text>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
          {meters.map((meter) => (
            <MeterView key={meter.name} meter={meter} />
          ))}
        </SimpleGrid>
      )}
    </Panel>
  );
}

const colors = { good: 'accent', warn: 'yellow', bad: 'red' } as const;

function MeterView({ meter }: { meter: Meter }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name, limit, used, resetsAt } = meter;
  const write = isDollars(name) ? format.dollars : format.compact;
  const text = used === undefined ? write(limit) : t('keys.page.usedOf', { used: write(used), limit: write(limit) });
  return (
    <section aria-label={t(`keys.limit.${name}`)}>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" fw={600}>
          {t(`keys.limit.${name}`)}
        </Text>
        <Text size="sm">{text}</Text>
      </Group>
      {used === undefined ? null : (
        <Progress
          value={Math.min(100, (used / limit) * 100)}
          size={6}
          color={colors[toneOf(meter)]}
          aria-label={`${t(`keys.limit.${name}`)}: ${text}`}
        />
      )}
      {resetsAt === undefined ? null : (
        <Text size="xs" c="dimmed" mt={4}>
          {t('keys.page.resets', { time: format.clock(resetsAt), span: format.span(resetsAt - Date.now()) })}
        </Text>
      )}
    </section>
  );
}
