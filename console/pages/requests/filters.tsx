import { Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/use-format.ts';
import { displayName } from '../credentials/display-name.ts';
import { credentialsQuery } from '../credentials/queries.ts';
import { keysQuery } from '../keys/queries.ts';
import { modelsQuery } from '../models/queries.ts';
import { type RequestsSearch, requestsSearch, sizes } from './search.ts';

interface RequestFiltersProps {
  readonly search: RequestsSearch;
  readonly onChange: (change: Partial<RequestsSearch>) => void;
}

export function RequestFilters({ search, onChange }: RequestFiltersProps) {
  const { t } = useTranslation();
  const keys = useQuery({ ...keysQuery, refetchInterval: false });
  const models = useQuery(modelsQuery);
  const credentials = useQuery({ ...credentialsQuery, refetchInterval: false });
  const choices = [
    {
      name: 'outcome',
      data: (['success', 'failure', 'aborted'] as const).map((value) => ({
        value,
        label: t(`requests.outcome.${value}`),
      })),
    },
    { name: 'model', data: (models.data?.models ?? []).filter(({ enabled }) => enabled).map(({ id }) => id) },
    { name: 'key', data: (keys.data?.keys ?? []).map(({ id, name }) => ({ value: id, label: name })) },
    {
      name: 'credential',
      data: (credentials.data?.credentials ?? []).map((item) => ({ value: item.id, label: displayName(item) })),
    },
  ] as const;
  return (
    <Group mb="md" gap="xs">
      <SearchField text={search.text ?? ''} onChange={(text) => onChange({ text: text === '' ? undefined : text })} />
      {choices.map(({ name, data }) => (
        <Select
          key={name}
          aria-label={t(`requests.filter.${name}`)}
          placeholder={t(`requests.filter.${name}`)}
          data={data}
          searchable={name === 'model' || name === 'key' || name === 'credential'}
          clearable
          clearButtonProps={{ 'aria-label': t('requests.clearFilter') }}
          comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
          value={search[name] ?? null}
          onChange={(value) => onChange({ [name]: requestsSearch.shape[name].parse(value ?? undefined) })}
          style={{ flex: '1 1 8.5rem' }}
        />
      ))}
      <RangeSelect search={search} onChange={onChange} />
      <OrderSelect search={search} onChange={onChange} />
    </Group>
  );
}

const ownSpan = 'own';

/** A range up to now, or a custom period selected in a chart. */
function RangeSelect({ search, onChange }: RequestFiltersProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { from, to, range } = search;
  const hasOwn = from !== undefined || to !== undefined;
  const show = (at: number | undefined) => (at === undefined ? '…' : format.moment(at));
  return (
    <Select
      aria-label={t('requests.filter.range')}
      placeholder={t('requests.filter.range')}
      data={[
        ...(hasOwn ? [{ value: ownSpan, label: `${show(from)} – ${show(to)}` }] : []),
        ...(['1h', '24h', '7d', '30d'] as const).map((value) => ({ value, label: t(`overview.range${value}`) })),
      ]}
      clearable
      clearButtonProps={{ 'aria-label': t('requests.clearFilter') }}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      value={hasOwn ? ownSpan : (range ?? null)}
      onChange={(value) => {
        if (value === ownSpan) return;
        onChange({ range: requestsSearch.shape.range.parse(value ?? undefined), from: undefined, to: undefined });
      }}
      style={{ flex: hasOwn ? '1 1 16rem' : '1 1 8.5rem' }}
    />
  );
}

/** Selects the order, for layouts without column headers. */
function OrderSelect({ search, onChange }: RequestFiltersProps) {
  const { t } = useTranslation();
  return (
    <Select
      hiddenFrom="md"
      aria-label={t('requests.order')}
      allowDeselect={false}
      data={[
        { value: 'time', label: t('requests.newest') },
        ...sizes.map((size) => ({ value: size, label: t(`requests.largest.${size}`) })),
      ]}
      value={search.largest ?? 'time'}
      onChange={(value) => onChange({ largest: sizes.find((size) => size === value) })}
      style={{ flex: '1 1 8.5rem' }}
    />
  );
}

function SearchField({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text);
  const changeLater = useDebouncedCallback(onChange, 300);
  return (
    <TextInput
      aria-label={t('common.search')}
      placeholder={t('requests.searchHint')}
      leftSection={<IconSearch size={16} aria-hidden />}
      maxLength={200}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        changeLater(event.currentTarget.value.trim());
      }}
      style={{ flex: '2 1 14rem' }}
    />
  );
}
