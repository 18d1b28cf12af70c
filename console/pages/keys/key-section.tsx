import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustments, IconKey, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Key, keyRoutes } from '../../../contract/keys.ts';
import { call } from '../../api.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { lazyDialog } from '../../ui/lazy-dialog.tsx';
import { Panel } from '../../ui/page.tsx';
import { useAction } from '../../ui/use-action.ts';
import { BaseUrl } from './base-url.tsx';
import { KeyMenu } from './key-menu.tsx';
import { NewKey } from './new-key.tsx';
import { keyKeys, keysQuery } from './queries.ts';
import { useKeyColumns } from './use-columns.tsx';

const KeyDialog = lazyDialog(() => import('./key-dialog.tsx').then((module) => module.KeyDialog));
const RevealDialog = lazyDialog(() => import('./reveal-dialog.tsx').then((module) => module.RevealDialog));
const UsageDialog = lazyDialog(() => import('./usage-dialog.tsx').then((module) => module.UsageDialog));

/** What guides in any language call the button. */
const guideName = 'Generate New Token';

/** The keys clients log in with: one click makes a new one and shows it. */
export function KeySection() {
  const { t } = useTranslation();
  const query = useQuery(keysQuery);
  const [fresh, setFresh] = useState<{ name: string; key: string }>();
  const [creating, creator] = useDisclosure(false);
  const [opened, setOpened] = useState<{ key: Key; as: 'edit' | 'reveal' | 'usage' }>();
  const columns = useKeyColumns();
  const close = () => setOpened(undefined);
  const names = new Set(query.data?.keys.map((key) => key.name));
  const generate = useAction({
    run: () => call(keyRoutes.generate, { body: { name: nextName(names, t('keys.defaultName')) } }),
    invalidates: keyKeys,
    onSuccess: setFresh,
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
        <DataTable
          label={t('keys.section')}
          rows={query.data?.keys}
          columns={columns}
          id={(row) => row.id}
          menu={(row) => <KeyMenu apiKey={row} onOpen={(as) => setOpened({ key: row, as })} onRotated={setFresh} />}
          empty={<Empty icon={IconKey} title={t('keys.emptyTitle')} text={t('keys.emptyText')} />}
        />
      )}
      {creating ? <KeyDialog onClose={creator.close} onGenerated={setFresh} /> : null}
      {opened?.as === 'edit' ? <KeyDialog key={opened.key.id} apiKey={opened.key} onClose={close} /> : null}
      {opened?.as === 'reveal' ? <RevealDialog apiKey={opened.key} onClose={close} /> : null}
      {opened?.as === 'usage' ? <UsageDialog apiKey={opened.key} onClose={close} /> : null}
    </Panel>
  );
}

/** In the language in use; in Chinese with the English words beside it, which guides name. */
function GenerateLabel() {
  const { t } = useTranslation();
  const name = t('keys.generate');
  if (name === guideName) return name;
  return (
    <>
      {name}
      <Text component="span" size="xs" ml={8} opacity={0.85} lang="en">
        {guideName}
      </Text>
    </>
  );
}

/** `Key 3`: the first such name that is free. */
function nextName(taken: ReadonlySet<string>, word: string): string {
  let number = taken.size + 1;
  while (taken.has(`${word} ${number}`)) number += 1;
  return `${word} ${number}`;
}
