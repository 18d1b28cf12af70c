import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFileImport, IconPlus, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Credential } from '../../../contract/credentials.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { lazyDialog } from '../../ui/lazy-dialog.tsx';
import { Panel } from '../../ui/page.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { CredentialMenu } from './credential-menu.tsx';
import { displayName } from './display-name.ts';
import { credentialsQuery } from './queries.ts';
import { useCredentialColumns } from './use-columns.tsx';

const AddDialog = lazyDialog(() => import('./add-dialog.tsx').then((module) => module.AddDialog));
const EditDialog = lazyDialog(() => import('./edit-dialog.tsx').then((module) => module.EditDialog));
const ImportDialog = lazyDialog(() => import('./import-dialog.tsx').then((module) => module.ImportDialog));
const RoutesDialog = lazyDialog(() => import('./routes-dialog.tsx').then((module) => module.RoutesDialog));
const TestDialog = lazyDialog(() => import('./test-dialog.tsx').then((module) => module.TestDialog));

export function CredentialSection() {
  const { t } = useTranslation();
  const query = useQuery(credentialsQuery);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [adding, add] = useDisclosure(false);
  const [importing, importer] = useDisclosure(false);
  const [editing, setEditing] = useState<Credential>();
  const [testing, setTesting] = useState<Credential>();
  const [routesOf, setRoutesOf] = useState<Credential>();
  const skew = query.data ? query.data.now - query.dataUpdatedAt : 0;
  const columns = useCredentialColumns(skew, setRoutesOf);
  const rows = query.data?.credentials;
  const chosen = rows?.filter((row) => selected.has(row.id)) ?? [];
  const name = (id: string) => displayName(rows?.find((row) => row.id === id));
  const addButton = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={add.open}>
      {t('credentials.add')}
    </Button>
  );

  return (
    <Panel
      title={t('credentials.pool')}
      description={t('credentials.poolText')}
      actions={
        <>
          <Button variant="default" leftSection={<IconFileImport size={16} aria-hidden />} onClick={importer.open}>
            {t('credentials.import')}
          </Button>
          {addButton}
        </>
      }
    >
      {query.error && !query.data ? (
        <ErrorAlert error={query.error} onRetry={() => query.refetch()} />
      ) : (
        <DataTable
          label={t('credentials.pool')}
          rows={rows}
          columns={columns}
          id={(row) => row.id}
          selection={{ ids: selected, onChange: setSelected, name }}
          menu={(row) => (
            <CredentialMenu
              credential={row}
              onEdit={() => setEditing(row)}
              onTest={() => setTesting(row)}
              onRoutes={() => setRoutesOf(row)}
            />
          )}
          empty={<Empty icon={IconUsers} title={t('credentials.emptyTitle')} text={t('credentials.emptyText')} />}
        />
      )}
      <BulkBar credentials={chosen} onDone={() => setSelected(new Set())} />
      {adding ? <AddDialog onClose={add.close} /> : null}
      {importing ? <ImportDialog onClose={importer.close} /> : null}
      {editing ? <EditDialog key={editing.id} credential={editing} onClose={() => setEditing(undefined)} /> : null}
      {routesOf ? (
        <RoutesDialog key={routesOf.id} credential={routesOf} onClose={() => setRoutesOf(undefined)} />
      ) : null}
      {testing ? <TestDialog key={testing.id} credential={testing} onClose={() => setTesting(undefined)} /> : null}
    </Panel>
  );
}
