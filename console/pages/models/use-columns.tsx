import { Badge, Group, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Model } from '../../../contract/models.ts';
import { CopyIcon } from '../../ui/copy-button.tsx';
import type { Column } from '../../ui/data-table/data-table.tsx';
import { listNames } from '../../ui/list-names.ts';
import { ModelText } from '../../ui/middle-text.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useEnableModel } from './queries.ts';

export function useModelColumns(): Column<Model>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const price = (value: number) => format.dollars(value);
  return [
    {
      key: 'id',
      title: t('models.model'),
      fluid: 60,
      onCard: 'title',
      render: (row) => <ModelName model={row} />,
    },
    { key: 'vendor', title: t('models.vendor'), from: 'medium', onCard: 'hidden', render: (row) => row.vendor },
    {
      key: 'context',
      title: t('models.context'),
      align: 'right',
      render: (row) => (row.contextWindow === null ? '–' : format.tokenLimit(row.contextWindow)),
    },
    {
      key: 'output',
      onCard: 'hidden',
      title: t('models.maxOutput'),
      align: 'right',
      render: (row) => (row.maxOutputTokens === null ? '–' : format.tokenLimit(row.maxOutputTokens)),
    },
    {
      key: 'price',
      title: t('models.price'),
      align: 'right',
      render: (row) =>
        row.prices === null ? (
          '–'
        ) : (
          <span style={{ whiteSpace: 'nowrap' }}>{`${price(row.prices.input)} / ${price(row.prices.output)}`}</span>
        ),
    },
    {
      key: 'capabilities',
      title: t('models.capabilities'),
      onCard: 'hidden',
      render: (row) => <Capabilities model={row} />,
    },
    {
      key: 'endpoints',
      title: t('models.endpoints'),
      from: 'medium',
      onCard: 'hidden',
      render: (row) => <Endpoints model={row} />,
    },
    {
      key: 'enabled',
      title: t('common.enabled'),
      width: 70,
      onCard: 'corner',
      render: (row) => <EnabledSwitch model={row} />,
    },
  ];
}

function ModelName({ model }: { model: Model }) {
  const { t } = useTranslation();
  return (
    <>
      <Group gap={4} wrap="nowrap">
        <Text size="sm" ff="monospace" component="div" lh={1.3} style={{ flex: 1, minWidth: 0 }}>
          <ModelText id={model.id} wraps />
        </Text>
        <CopyIcon value={model.id} what={model.id} />
      </Group>
      {model.aliases.length > 0 ? (
        <Text size="xs" c="dimmed">
          {t('models.alsoAs', { names: listNames(model.aliases, t) })}
        </Text>
      ) : null}
      {model.fallbacks.length > 0 ? (
        <Text size="xs" c="dimmed">
          {t('models.thenTries', { names: model.fallbacks.join(' → ') })}
        </Text>
      ) : null}
    </>
  );
}

function Endpoints({ model }: { model: Model }) {
  return (
    <Text size="xs" c="dimmed" ff="monospace" style={{ whiteSpace: 'pre' }}>
      {model.endpoints
        .filter(({ enabled }) => enabled)
        .map(({ route }) => route)
        .join('\n')}
    </Text>
  );
}

function Capabilities({ model }: { model: Model }) {
  const { t } = useTranslation();
  return (
    <Group gap={4}>
      {model.thinking ? (
        <Badge variant="default" size="sm" tt="none" fw={500} miw="max-content">
          {t('models.thinking')}
        </Badge>
      ) : null}
      {model.source === 'custom' ? (
        <Badge variant="default" size="sm" tt="none" fw={500} miw="max-content">
          {t('models.custom')}
        </Badge>
      ) : null}
      {!model.thinking && model.source === 'builtin' ? '–' : null}
    </Group>
  );
}

function EnabledSwitch({ model }: { model: Model }) {
  const { t } = useTranslation();
  const enable = useEnableModel();
  return (
    <Switch
      size="sm"
      withThumbIndicator={false}
      aria-label={t('models.enable', { name: model.id })}
      checked={model.enabled}
      onChange={(event) => enable.mutate({ id: model.id, enabled: event.currentTarget.checked })}
    />
  );
}
