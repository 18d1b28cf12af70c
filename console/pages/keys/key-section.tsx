import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustments, IconKey, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Key, keyRoutes } from '../../../contract/keys.ts';
import { call } from '../../api.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { nextOrder } from '../../ui/data-table/order-rows.ts';
import { Empty } from '../../ui/empty.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { lazyDialog } from '../../ui/lazy-dialog.tsx';
import { ListTools } from '../../ui/list-tools.tsx';
import { Panel } from '../../ui/page.tsx';
import { useHidden } from '../../ui/removals.ts';
import { useAction } from '../../ui/use-action.ts';
import { BaseUrl } from './base-url.tsx';
import { carryKey } from './carried-key.ts';
import { countKeyStates, findKeys, type KeySearch } from './find-keys.ts';
import { GenerateLabel } from './generate-label.tsx';
import { KeyMenu } from './key-menu.tsx';
import { NewKey } from './new-key.tsx';
import { keyKeys, keysQuery } from './queries.ts';
import { keyTones, useKeyColumns } from './use-columns.tsx';

const KeyDialog = lazyDialog(() => import('./key-dialog.tsx').then((module) => module.KeyDialog));
const RevealDialog = lazyDialog(() => import('./reveal-dialog.tsx').then((module) => module.RevealDialog));

/** The API keys. One click generates a new key and shows it. */
export function KeySection() {
  const { t, i18n } = useTranslation();
  const queryClient = useQueryClient();
  const query = useQuery(keysQuery);
  const [search, setSearch] = useState<KeySearch>({ text: '', state: undefined, order: undefined });
  const [fresh, setFresh] = useState<{ name: string; key: string }>();
  const [creating, creator] = useDisclosure(false);
  const [opened, setOpened] = useState<{ key: Key; as: 'edit' | 'reveal' }>();
  const columns = useKeyColumns();
  const close = () => setOpened(undefined);
  const hidden = useHidden();
  const all = query.data?.keys.filter(({ id }) => !hidden.has(id));
  const generate = useAction({
    run: async () => {
      // It may be clicked before the keys are loaded.
      const { keys } = await queryClient.ensureQueryData(keysQuery);
      const names = new Set(keys.map(({ name }) => name));
      return call(keyRoutes.generate, { body: { name: nextName(names, t('keys.defaultName')) } });
    },
    invalidates: keyKeys,
    onSuccess: (made) => {
      carryKey(made);
      setFresh(made);
    },
  });

  return (
    <Panel
      title={t('keys.section')}
      description={t('keys.sectionText')}
      actions={
        <>
          <Button variant="default" leftSection={<IconAdjustments size={16} aria-hidden />} onClick={creator.open}>
            {t('keys.generateWithLimits')}
          </Button>
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            loading={generate.isPending}
            onClick={() => generate.mutate(undefined)}
            // On a phone the name wraps to two lines.
            h="auto"
            mih={36}
            styles={{ label: { whiteSpace: 'normal', flexWrap: 'wrap' } }}
          >
            <GenerateLabel />
          </Button>
        </>
      }
    >
      <BaseUrl />
      {fresh ? <NewKey name={fresh.name} value={fresh.key} onClose={() => setFresh(undefined)} /> : null}
      {query.error && !query.data ? (
        <ErrorAlert error={query.error} onRetry={() => query.refetch()} />
      ) : (
        <>
          {all && all.length > 1 ? <Tools all={all} search={search} onChange={setSearch} /> : null}
          <DataTable
            label={t('keys.section')}
            ordering={{
              order: search.order,
              onOrder: (column) => setSearch({ ...search, order: nextOrder(search.order, column, column !== 'name') }),
            }}
            rows={all && findKeys(all, search, Date.now(), i18n.language)}
            columns={columns}
            id={(row) => row.id}
            menu={(row) => <KeyMenu apiKey={row} onOpen={(as) => setOpened({ key: row, as })} onRotated={setFresh} />}
            empty={
              <Empty
                icon={IconKey}
                title={t(all?.length === 0 ? 'keys.emptyTitle' : 'keys.noMatchTitle')}
                text={t(all?.length === 0 ? 'keys.emptyText' : 'common.noMatchText')}
              />
            }
          />
        </>
      )}
      {creating ? <KeyDialog onClose={creator.close} onGenerated={setFresh} /> : null}
      {opened?.as === 'edit' ? <KeyDialog key={opened.key.id} apiKey={opened.key} onClose={close} /> : null}
      {opened?.as === 'reveal' ? <RevealDialog apiKey={opened.key} onClose={close} /> : null}
    </Panel>
  );
}

interface ToolsProps {
  readonly all: readonly Key[];
  readonly search: KeySearch;
  readonly onChange: (search: KeySearch) => void;
}

function Tools({ all, search, onChange }: ToolsProps) {
  const { t } = useTranslation();
  return (
    <ListTools
      text={search.text}
      onText={(text) => onChange({ ...search, text })}
      hint={t('keys.searchHint')}
      total={all.length}
      chips={countKeyStates(all, Date.now()).map(({ state, count }) => ({
        value: state,
        label: t(`keys.stateOf.${state}`),
        tone: keyTones[state],
        count,
      }))}
      chosen={search.state}
      onChoose={(state) => onChange({ ...search, state })}
    />
  );
}

/** The first unused default name, such as `Key 3`. */
function nextName(taken: ReadonlySet<string>, word: string): string {
  let number = taken.size + 1;
  while (taken.has(`${word} ${number}`)) number += 1;
  return `${word} ${number}`;
}
