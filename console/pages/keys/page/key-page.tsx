import { Button, Group, Skeleton, Text } from '@mantine/core';
import { IconEye, IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorAlert } from '../../../ui/error-alert.tsx';
import { lazyDialog } from '../../../ui/lazy-dialog.tsx';
import { Page } from '../../../ui/page.tsx';
import { StateDot } from '../../../ui/state-dot.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { stateOfKey } from '../find-keys.ts';
import { keyQuery } from '../queries.ts';
import { keyTones } from '../use-columns.tsx';
import { MeterPanel } from './meter-panel.tsx';
import { readMeters } from './meters.ts';
import { lastMinuteQuery } from './queries.ts';
import { RecentPanels } from './recent-panels.tsx';
import { UsagePanel } from './usage-panel.tsx';

const KeyDialog = lazyDialog(() => import('../key-dialog.tsx').then((module) => module.KeyDialog));
const RevealDialog = lazyDialog(() => import('../reveal-dialog.tsx').then((module) => module.RevealDialog));

const route = getRouteApi('/shell/keys/$id');

/** The page of one key: limits, cost, clients, recent requests. */
export function KeyPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const query = useQuery(keyQuery(id));
  const minute = useQuery(lastMinuteQuery(id)).data;
  const [opened, setOpened] = useState<'edit' | 'reveal'>();
  const close = () => setOpened(undefined);
  const key = query.data;
  if (key === undefined) {
    return (
      <Page title={t('keys.title')}>
        {query.error ? <ErrorAlert error={query.error} onRetry={() => query.refetch()} /> : <Skeleton height={320} />}
      </Page>
    );
  }
  return (
    <Page
      title={key.name}
      description={<Summary apiKey={key} />}
      actions={
        <>
          <Button variant="default" leftSection={<IconEye size={16} aria-hidden />} onClick={() => setOpened('reveal')}>
            {t('keys.reveal')}
          </Button>
          <Button leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setOpened('edit')}>
            {t('common.edit')}
          </Button>
        </>
      }
    >
      <MeterPanel meters={readMeters(key, minute)} />
      <UsagePanel id={id} />
      <RecentPanels id={id} />
      {opened === 'edit' ? <KeyDialog apiKey={key} onClose={close} /> : null}
      {opened === 'reveal' ? <RevealDialog apiKey={key} onClose={close} /> : null}
    </Page>
  );
}

function Summary({ apiKey }: { apiKey: Parameters<typeof stateOfKey>[0] & { readonly maskedKey: string } }) {
  const { t } = useTranslation();
  const format = useFormat();
  const state = stateOfKey(apiKey, Date.now());
  return (
    <Group gap="sm" component="span">
      <Text component="span" size="sm" ff="monospace">
        {apiKey.maskedKey}
      </Text>
      <StateDot tone={keyTones[state]}>{t(`keys.stateOf.${state}`)}</StateDot>
      {apiKey.expiresAt === null ? null : (
        <span>
          {t('keys.expiresAt')}: {format.time(apiKey.expiresAt)}
        </span>
      )}
    </Group>
  );
}
