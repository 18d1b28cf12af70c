import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Selection } from './types.ts';

export function SelectAll({ ids, selection }: { ids: readonly string[]; selection: Selection }) {
  const { t } = useTranslation();
  const all = ids.every((id) => selection.ids.has(id));
  return (
    <Checkbox
      size="xs"
      aria-label={t('common.selectAll')}
      checked={all}
      indeterminate={!all && selection.ids.size > 0}
      onChange={() => selection.onChange(all ? new Set() : new Set(ids))}
    />
  );
}

export function SelectOne({ id, selection }: { id: string; selection: Selection }) {
  const { t } = useTranslation();
  const toggle = () => {
    const next = new Set(selection.ids);
    if (!next.delete(id)) next.add(id);
    selection.onChange(next);
  };
  return (
    <Checkbox
      size="xs"
      aria-label={t('common.select', { name: selection.name(id) })}
      checked={selection.ids.has(id)}
      onChange={toggle}
      onClick={(event) => event.stopPropagation()}
    />
  );
}
