import { ActionIcon, Button, Fieldset, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Model } from '../../../contract/models.ts';
import { addEndpoint, changeEndpoint, type Endpoint, moveEndpoint } from './endpoint-list.ts';
import { endpointGuessQuery, modelsQuery } from './queries.ts';

interface EndpointsFieldProps {
  /** The model's id; empty while the user is typing. */
  readonly id: string;
  readonly model: Model | undefined;
  /** null: derived by the gateway; undefined: unchanged. */
  readonly value: readonly Endpoint[] | null | undefined;
  readonly onChange: (endpoints: readonly Endpoint[] | null) => void;
}

/** Edits a model's endpoints: their order, switches, ids on each route and, for custom models, the routes. */
export function EndpointsField({ id, model, value, onChange }: EndpointsFieldProps) {
  const { t } = useTranslation();
  const isCustom = model?.source !== 'builtin';
  const guess = useQuery(endpointGuessQuery(id));
  const { data } = useQuery(modelsQuery);
  const routes = data?.routes.map(({ name }) => name) ?? [];
  const guessed = guess.data?.endpoints ?? [];
  const endpoints = value ?? (value === undefined && model ? model.endpoints : guessed);
  return (
    <Fieldset legend={t('models.endpoints')}>
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {t('models.endpointsHint')}
        </Text>
        {endpoints.map((endpoint, index) => (
          <EndpointRow
            // biome-ignore lint/suspicious/noArrayIndexKey: two rows may be equal while they are edited
            key={index}
            endpoint={endpoint}
            position={index + 1}
            last={index === endpoints.length - 1}
            routes={isCustom ? routes : undefined}
            onMove={(by) => onChange(moveEndpoint(endpoints, index, by))}
            onChange={(changes) => onChange(changeEndpoint(endpoints, index, changes))}
            onRemove={() => onChange(endpoints.filter((_, at) => at !== index))}
          />
        ))}
        <Group gap="xs">
          {isCustom ? (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} aria-hidden />}
              disabled={routes.length === 0}
              onClick={() => onChange(addEndpoint(endpoints, routes, guessed[0]?.upstreamModel ?? id))}
            >
              {t('models.endpointAdd')}
            </Button>
          ) : null}
          <Button size="xs" variant="subtle" disabled={guessed.length === 0} onClick={() => onChange(null)}>
            {t('models.endpointsDerived')}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

interface EndpointRowProps {
  readonly endpoint: Endpoint;
  readonly position: number;
  readonly last: boolean;
  /** If absent, the route cannot be changed and the row cannot be removed. */
  readonly routes: readonly string[] | undefined;
  readonly onMove: (by: number) => void;
  readonly onChange: (changes: Partial<Endpoint>) => void;
  readonly onRemove: () => void;
}

function EndpointRow({ endpoint, position, last, routes, onMove, onChange, onRemove }: EndpointRowProps) {
  const { t } = useTranslation();
  const { route, upstreamModel, enabled } = endpoint;
  return (
    <Group gap="xs" data-endpoint={route}>
      <Switch
        size="sm"
        withThumbIndicator={false}
        aria-label={t('models.endpointUse', { route })}
        checked={enabled}
        onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
      />
      {routes === undefined ? (
        <Text size="sm" ff="monospace" w={150} style={{ overflowWrap: 'anywhere' }}>
          {route}
        </Text>
      ) : (
        <Select
          size="xs"
          w={170}
          aria-label={t('models.endpointRoute', { position })}
          data={[...routes]}
          allowDeselect={false}
          value={route}
          onChange={(name) => onChange({ route: name ?? route })}
        />
      )}
      <TextInput
        size="xs"
        aria-label={t('models.endpointModel', { route })}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        // On a phone, a line of its own.
        style={{ flex: '1 1 10rem' }}
        value={upstreamModel}
        onChange={(event) => onChange({ upstreamModel: event.currentTarget.value.trim() })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('models.endpointUp', { route })}
        disabled={position === 1}
        onClick={() => onMove(-1)}
      >
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('models.endpointDown', { route })}
        disabled={last}
        onClick={() => onMove(1)}
      >
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
      {routes === undefined ? null : (
        <ActionIcon variant="subtle" color="red" aria-label={t('models.endpointRemove', { route })} onClick={onRemove}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      )}
    </Group>
  );
}
