import { Button, Group, Menu, Paper, Stack, Switch, Text } from '@mantine/core';
import { IconBell, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AlertChannel, alertRoutes, type ChannelKind, channelKinds } from '../../../../contract/alerts.ts';
import { call } from '../../../api.ts';
import { useConfirm } from '../../../ui/confirm.tsx';
import { Empty } from '../../../ui/empty.tsx';
import { notify } from '../../../ui/notify.ts';
import { Panel } from '../../../ui/page.tsx';
import { useHidden } from '../../../ui/removals.ts';
import { useAction } from '../../../ui/use-action.ts';
import { useUndoable } from '../../../ui/use-undoable.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { alertsQuery } from './queries.ts';

/** The channel being edited, or the kind of a new one. */
type Edited = { readonly channel: AlertChannel } | { readonly kind: ChannelKind };

/** The list of channels. */
export function ChannelsPanel({ channels: all }: { channels: readonly AlertChannel[] }) {
  const { t } = useTranslation();
  const hidden = useHidden();
  const channels = all.filter(({ id }) => !hidden.has(id));
  const [edited, setEdited] = useState<Edited>();
  return (
    <Panel
      title={t('alerts.channels')}
      description={t('alerts.channelsText')}
      actions={
        <Menu position="bottom-end">
          <Menu.Target>
            <Button leftSection={<IconPlus size={16} aria-hidden />}>{t('alerts.add')}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {channelKinds.map((kind) => (
              <Menu.Item key={kind} onClick={() => setEdited({ kind })}>
                {t(`alerts.kind.${kind}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      }
    >
      {channels.length === 0 ? (
        <Empty icon={IconBell} title={t('alerts.empty')} text={t('alerts.emptyText')} />
      ) : (
        <Stack gap="sm">
          {channels.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} onEdit={() => setEdited({ channel })} />
          ))}
        </Stack>
      )}
      {edited ? (
        <ChannelDialog edited={edited} isFirst={all.length === 0} onClose={() => setEdited(undefined)} />
      ) : null}
    </Panel>
  );
}

const invalidates = [alertsQuery.queryKey];

function ChannelRow({ channel, onEdit }: { channel: AlertChannel; onEdit: () => void }) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const undoable = useUndoable();
  const { id, kind, name, enabled } = channel;
  const params = { id };
  const switchTo = (wanted: boolean) => call(alertRoutes.change, { params, body: { enabled: wanted } });
  const test = useAction({
    run: () => call(alertRoutes.test, { params }),
    invalidates,
    onSuccess: ({ ok, message }) =>
      notify(
        ok
          ? { message: t('alerts.testSent', { name }), tone: 'good' }
          : { title: t('alerts.testFailed'), message, tone: 'bad' },
      ),
  });
  const enable = useAction({
    run: switchTo,
    invalidates,
  });
  const askAndRemove = async () => {
    const question = {
      title: t('alerts.removeTitle', { name }),
      text: t('alerts.removeText'),
      action: t('common.delete'),
    };
    if (!(await confirm(question))) return;
    void undoable({
      ids: [id],
      message: t('alerts.removed'),
      suspend: () => switchTo(false),
      restore: () => switchTo(enabled),
      remove: () => call(alertRoutes.remove, { params }),
      invalidates,
    });
  };
  return (
    <Paper withBorder p="sm" radius="md" component="section" aria-label={name}>
      <Group justify="space-between" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 12rem' }}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {t(`alerts.kind.${kind}`)} · {describeTarget(channel)}
          </Text>
        </div>
        <Group gap="xs">
          <Switch
            checked={enabled}
            disabled={enable.isPending}
            onChange={(event) => enable.mutate(event.currentTarget.checked)}
            aria-label={t('alerts.enabled', { name })}
            withThumbIndicator={false}
          />
          <Button size="xs" variant="light" loading={test.isPending} onClick={() => test.mutate(undefined)}>
            {t('alerts.test')}
          </Button>
          <Button size="xs" variant="default" onClick={onEdit}>
            {t('common.edit')}
          </Button>
          <Button size="xs" variant="default" onClick={() => void askAndRemove()}>
            {t('common.delete')}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}

function describeTarget({ values }: AlertChannel): string {
  return values.to ?? values.url ?? values.chat ?? '';
}
