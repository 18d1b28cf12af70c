import { Anchor, Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Standing, standings, usableStandings } from '../../../contract/credential-standing.ts';
import type { Status } from '../../../contract/status.ts';
import { statusQuery } from '../../health/queries.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Panel } from '../../ui/page.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { standingTone, wordStanding } from '../credentials/standing.ts';

/** The number of available credentials, the states of the others, and the pool's load. */
export function PoolPanel() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(statusQuery);
  return (
    <Panel
      title={t('overview.pool')}
      actions={
        <Anchor size="sm" renderRoot={(props) => <Link to="/credentials" {...props} />}>
          {t('shell.credentials')}
        </Anchor>
      }
    >
      {data === undefined && error ? <ErrorAlert error={error} onRetry={() => refetch()} /> : null}
      {data === undefined && !error ? <Skeleton height={84} /> : null}
      {data === undefined ? null : <PoolState status={data} />}
    </Panel>
  );
}

function PoolState({ status }: { status: Status }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = (names: readonly Standing[]) => names.reduce((sum, name) => sum + (status.standings[name] ?? 0), 0);
  const total = count(standings);
  const present = standings.filter((standing) => count([standing]) > 0);
  const { inFlight, waiting } = status.pool;
  return (
    <Stack gap="sm">
      <Text size="sm">
        {total === 0 ? t('overview.poolEmpty') : t('overview.poolReady', { ready: count(usableStandings), total })}
      </Text>
      <Progress.Root size={8} aria-hidden>
        {present.map((standing) => (
          <Progress.Section
            key={standing}
            value={(count([standing]) / total) * 100}
            color={`var(--console-${standingTone(standing)})`}
          />
        ))}
      </Progress.Root>
      <Group gap="md" style={{ rowGap: 4 }}>
        {present.map((standing) => (
          <Anchor
            key={standing}
            size="sm"
            c="inherit"
            underline="hover"
            renderRoot={(props) => <Link to="/credentials" search={{ state: standing }} {...props} />}
          >
            <StateDot tone={standingTone(standing)}>
              {wordStanding(standing, t)} {format.count(count([standing]))}
            </StateDot>
          </Anchor>
        ))}
      </Group>
      <Text size="xs" c="dimmed">
        {t('overview.poolLoad', { inFlight: format.count(inFlight), waiting: format.count(waiting) })}
      </Text>
    </Stack>
  );
}
