import { Anchor, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RequestItem } from '../../../../contract/requests.ts';
import { ModelText } from '../../../ui/middle-text.tsx';
import { Panel } from '../../../ui/page.tsx';
import { StateDot } from '../../../ui/state-dot.tsx';
import { LogTime, RelativeTime } from '../../../ui/time.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { outcomeTones } from '../../requests/words.ts';
import { keyRequestsQuery } from './queries.ts';
import { readClients } from './read-clients.ts';
import classes from './recent-requests.module.css';

const maxShown = 10;

/** A key's recent clients and requests. */
export function RecentPanels({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(keyRequestsQuery(id));
  const requests = data?.requests;
  return (
    <>
      <Panel title={t('keys.page.clients')} description={t('keys.page.clientsText')}>
        {requests === undefined ? <Skeleton height={80} /> : <Clients requests={requests} />}
      </Panel>
      <Panel
        title={t('keys.page.requests')}
        actions={
          <Anchor size="sm" renderRoot={(props) => <Link to="/requests" search={{ key: id }} {...props} />}>
            {t('keys.page.allRequests')}
          </Anchor>
        }
      >
        {requests === undefined ? <Skeleton height={160} /> : <Requests requests={requests.slice(0, maxShown)} />}
      </Panel>
    </>
  );
}

function Clients({ requests }: { requests: readonly RequestItem[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const clients = readClients(requests).slice(0, maxShown);
  if (clients.length === 0) return <Text c="dimmed">{t('keys.page.unused')}</Text>;
  return (
    <Stack gap="xs">
      {clients.map(({ userAgent, address, lastAt, requests: count }) => (
        <div key={`${userAgent}\n${address}`}>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {userAgent === '' ? t('keys.page.unnamedClient') : userAgent}
          </Text>
          <Text size="xs" c="dimmed">
            {address} · {t('keys.page.calls', { requests: format.count(count) })} · <RelativeTime at={lastAt} />
          </Text>
        </div>
      ))}
    </Stack>
  );
}

function Requests({ requests }: { requests: readonly RequestItem[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (requests.length === 0) return <Text c="dimmed">{t('keys.page.unused')}</Text>;
  return (
    <div className={classes.rows}>
      {requests.map(({ id, model, startedAt, outcome, status, totalTime, cost }) => (
        <div key={id} className={classes.row}>
          <Anchor
            size="sm"
            style={{ display: 'flex', minWidth: 0 }}
            renderRoot={(props) => <Link to="/requests" search={{ id }} {...props} />}
          >
            <ModelText id={model} />
          </Anchor>
          <StateDot tone={outcomeTones[outcome]}>{status}</StateDot>
          <span className={`${classes.figure} ${classes.wideOnly}`}>{format.duration(totalTime)}</span>
          <span className={`${classes.figure} ${classes.wideOnly}`}>{cost === null ? '–' : format.dollars(cost)}</span>
          <span className={classes.figure}>
            <LogTime at={startedAt} />
          </span>
        </div>
      ))}
    </div>
  );
}
