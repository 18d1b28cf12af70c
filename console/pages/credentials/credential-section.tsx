import { Button } from '@mantine/core';
import { IconFileImport, IconPlus, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Credential } from '../../../contract/credentials.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { nextOrder } from '../../ui/data-table/order-rows.ts';
import { Empty } from '../../ui/empty.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { lazyDialog } from '../../ui/lazy-dialog.tsx';
import { ListTools } from '../../ui/list-tools.tsx';
import { Panel } from '../../ui/page.tsx';
import { useHidden } from '../../ui/removals.ts';
import { BulkBar } from './bulk-bar.tsx';
import { CredentialMenu } from './credential-menu.tsx';
import { displayName } from './display-name.ts';
import { credentialsQuery } from './queries.ts';
import { type CredentialsSearch, countStandings, findCredentials, orderNames } from './search.ts';
import { standingTone, wordStanding } from './standing.ts';
import { useCredentialColumns } from './use-columns.tsx';

const AddDialog = lazyDialog(() => import('./add-dialog.tsx').then((module) => module.AddDialog));
const EditDialog = lazyDialog(() => import('./edit-dialog.tsx').then((module) => module.EditDialog));
const ImportDialog = lazyDialog(() => import('./import-dialog.tsx').then((module) => module.ImportDialog));
const RoutesDialog = lazyDialog(() => import('./routes-dialog.tsx').then((module) => module.RoutesDialog));
const ReplaceTokenDialog = lazyDialog(() =>
  import('./replace-token-dialog.tsx').then((module) => module.ReplaceTokenDialog),
);
const TestDialog = lazyDialog(() => import('./test-dialog.tsx').then((module) => module.TestDialog));

const route = getRouteApi('/shell/credentials');

/** The credentials table; search, filter and order are stored in the URL. */
export function CredentialSection() {
  const { t, i18n } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changed: Partial<CredentialsSearch>) =>
    void navigate({ search: { ...search, ...changed }, replace: true, resetScroll: false });
  const query = useQuery(credentialsQuery);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<OpenDialog>();
  const skew = query.data ? query.data.now - query.dataUpdatedAt : 0;
  const columns = useCredentialColumns({
    all: query.data?.credentials,
    warningDays: query.data?.expiryWarningDays ?? 0,
    skew,
    onRoutes: (credential) => setDialog({ name: 'routes', credential }),
    onReplace: (credential) => setDialog({ name: 'replaceToken', credential }),
  });
  const hidden = useHidden();
  const all = query.data?.credentials.filter(({ id }) => !hidden.has(id));
  const rows = all && findCredentials(all, search, i18n.language);
  const chosen = all?.filter((row) => selected.has(row.id)) ?? [];
  const name = (id: string) => displayName(all?.find((row) => row.id === id));

  return (
    <Panel
      title={t('credentials.pool')}
      description={t('credentials.poolText')}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} aria-hidden />}
            onClick={() => setDialog({ name: 'import' })}
          >
            {t('credentials.import')}
          </Button>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDialog({ name: 'add' })}>
            {t('credentials.add')}
          </Button>
        </>
      }
    >
      {query.error && !query.data ? (
        <ErrorAlert error={query.error} onRetry={() => query.refetch()} />
      ) : (
        <>
          {all && all.length > 1 ? <Tools all={all} search={search} onChange={change} /> : null}
          <DataTable
            label={t('credentials.pool')}
            ordering={{
              order: search.order && { column: search.order, descending: search.descending ?? false },
              onOrder: (column) => change(orderBy(search, column)),
            }}
            rows={rows}
            columns={columns}
            id={(row) => row.id}
            selection={{ ids: selected, onChange: setSelected, name }}
            menu={(row) => (
              <CredentialMenu
                credential={row}
                onEdit={() => setDialog({ name: 'edit', credential: row })}
                onTest={() => setDialog({ name: 'test', credential: row })}
                onRoutes={() => setDialog({ name: 'routes', credential: row })}
              />
            )}
            empty={
              <Empty
                icon={IconUsers}
                title={t(all?.length === 0 ? 'credentials.emptyTitle' : 'credentials.noMatchTitle')}
                text={t(all?.length === 0 ? 'credentials.emptyText' : 'common.noMatchText')}
              />
            }
          />
        </>
      )}
      <BulkBar credentials={chosen} onDone={() => setSelected(new Set())} />
      <Dialogs open={dialog} onClose={() => setDialog(undefined)} />
    </Panel>
  );
}

/** The open dialog, and the credential it is about. */
type OpenDialog =
  | { readonly name: 'add' | 'import' }
  | { readonly name: 'edit' | 'test' | 'routes' | 'replaceToken'; readonly credential: Credential };

function Dialogs({ open, onClose }: { open: OpenDialog | undefined; onClose: () => void }) {
  switch (open?.name) {
    case undefined:
      return null;
    case 'add':
      return <AddDialog onClose={onClose} />;
    case 'import':
      return <ImportDialog onClose={onClose} />;
    case 'edit':
      return <EditDialog credential={open.credential} onClose={onClose} />;
    case 'test':
      return <TestDialog credential={open.credential} onClose={onClose} />;
    case 'routes':
      return <RoutesDialog credential={open.credential} onClose={onClose} />;
    case 'replaceToken':
      return <ReplaceTokenDialog credential={open.credential} onClose={onClose} />;
  }
}

interface ToolsProps {
  readonly all: readonly Credential[];
  readonly search: CredentialsSearch;
  readonly onChange: (change: Partial<CredentialsSearch>) => void;
}

function Tools({ all, search, onChange }: ToolsProps) {
  const { t } = useTranslation();
  return (
    <ListTools
      text={search.text ?? ''}
      onText={(text) => onChange({ text: text === '' ? undefined : text })}
      hint={t('credentials.searchHint')}
      total={all.length}
      chips={countStandings(all).map(({ standing, count }) => ({
        value: standing,
        label: wordStanding(standing, t),
        tone: standingTone(standing),
        count,
      }))}
      chosen={search.state}
      onChoose={(state) => onChange({ state })}
    />
  );
}

/** Columns that sort ascending first: names from A, expiries with the next one. Figures sort descending. */
const ascendingFirst = ['name', 'state', 'tokenExpiry'];

function orderBy({ order, descending = false }: CredentialsSearch, column: string): Partial<CredentialsSearch> {
  const next = nextOrder(order && { column: order, descending }, column, !ascendingFirst.includes(column));
  return { order: orderNames.find((name) => name === next?.column), descending: next?.descending };
}
