import { Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { usageRoutes } from '../../../contract/usage.ts';
import { Panel } from '../../ui/page.tsx';
import { StateDot, type Tone } from '../../ui/state-dot.tsx';
import { useFormat } from '../../ui/use-format.ts';

type Pool = z.infer<NonNullable<typeof usageRoutes.overview.response>>['pool'];

const states = [
  { name: 'ready', tone: 'good' },
  { name: 'cooling', tone: 'warn' },
  { name: 'invalid', tone: 'bad' },
  { name: 'blocked', tone: 'bad' },
  { name: 'disabled', tone: 'idle' },
] as const satisfies readonly { name: keyof Pool; tone: Tone }[];

/** How many credentials can answer now, and what is going on in the pool. */
export function PoolPanel({ pool }: { pool: Pool | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const total = pool ? states.reduce((sum, { name }) => sum + pool[name], 0) : 0;
  return (
    <Panel
      title={t('overview.pool')}
      actions={
        <Text component={Link} to="/credentials" size="sm" c="var(--mantine-color-anchor)">
          {t('shell.credentials')}
        </Text>
      }
    >
      {pool === undefined ? (
        <Skeleton height={84} />
      ) : (
        <Stack gap="sm">
          <Text size="sm">
            {total === 0 ? t('overview.poolEmpty') : t('overview.poolReady', { ready: pool.ready, total })}
          </Text>
          <Progress.Root size={8} aria-hidden>
            {states.map(({ name, tone }) =>
              pool[name] > 0 ? (
                <Progress.Section key={name} value={(pool[name] / total) * 100} color={`var(--console-${tone})`} />
              ) : null,
            )}
          </Progress.Root>
          <Group gap="md" style={{ rowGap: 4 }}>
            {states.map(({ name, tone }) =>
              pool[name] > 0 || name === 'ready' ? (
                <Text key={name} size="sm" component="span">
                  <StateDot tone={tone}>{t(`overview.poolState.${name}`, { count: pool[name] })}</StateDot>
                </Text>
              ) : null,
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {t('overview.poolLoad', { inFlight: format.count(pool.inFlight), waiting: format.count(pool.waiting) })}
          </Text>
        </Stack>
      )}
    </Panel>
  );
}
