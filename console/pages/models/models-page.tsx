import { Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { IconPlus, IconSearch, IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Model } from '../../../contract/models.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { lazyDialog } from '../../ui/lazy-dialog.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { useHidden } from '../../ui/removals.ts';
import { ModelMenu } from './model-menu.tsx';
import { modelsQuery } from './queries.ts';
import { useModelColumns } from './use-columns.tsx';

const ModelDialog = lazyDialog(() => import('./model-dialog.tsx').then((module) => module.ModelDialog));
const ProbeDialog = lazyDialog(() => import('./probe-dialog.tsx').then((module) => module.ProbeDialog));

type Shown = 'all' | 'enabled' | 'disabled';
type Opened = { as: 'add' } | { as: 'edit' | 'probe'; model: Model };

export function ModelsPage() {
  const { t } = useTranslation();
  const query = useQuery(modelsQuery);
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState<Shown>('all');
  const [opened, setOpened] = useState<Opened>();
  const columns = useModelColumns();
  const close = () => setOpened(undefined);
  const hidden = useHidden();
  const models = query.data?.models.filter(({ id }) => !hidden.has(id));
  const rows = models?.filter((model) => isShown(model, shown) && matches(model, search));

  return (
    <Page
      wide
      title={t('models.title')}
      description={t('models.description')}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpened({ as: 'add' })}>
          {t('models.add')}
        </Button>
      }
    >
      <Panel>
        <Group mb="md" gap="sm">
          <TextInput
            aria-label={t('common.search')}
            placeholder={t('models.searchHint')}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            style={{ flex: '1 1 14rem' }}
          />
          <SegmentedControl
            aria-label={t('models.shown')}
            value={shown}
            onChange={setShown}
            data={[
              { value: 'all', label: t('common.all') },
              { value: 'enabled', label: t('common.enabled') },
              { value: 'disabled', label: t('common.disabled') },
            ]}
          />
        </Group>
        {query.error && !models ? (
          <ErrorAlert error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <DataTable
            label={t('models.title')}
            columns={columns}
            rows={rows}
            id={(row) => row.id}
            menu={(row) => <ModelMenu model={row} onOpen={(as) => setOpened({ as, model: row })} />}
            empty={<Empty icon={IconStack2} title={t('models.emptyTitle')} text={t('models.emptyText')} />}
          />
        )}
      </Panel>
      {opened?.as === 'add' ? <ModelDialog models={models ?? []} onClose={close} /> : null}
      {opened?.as === 'edit' ? <ModelDialog model={opened.model} models={models ?? []} onClose={close} /> : null}
      {opened?.as === 'probe' ? <ProbeDialog model={opened.model} onClose={close} /> : null}
    </Page>
  );
}

function isShown(model: Model, shown: Shown): boolean {
  return shown === 'all' || model.enabled === (shown === 'enabled');
}

function matches(model: Model, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return [model.id, model.vendor, ...model.aliases].some((text) => text.toLowerCase().includes(wanted));
}
