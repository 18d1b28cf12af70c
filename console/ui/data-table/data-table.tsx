import { Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Cards } from './cards.tsx';
import { Rows } from './rows.tsx';
import type { DataTableProps } from './types.ts';

export type { Column } from './types.ts';

/** Windows in which rows are cards. */
export const narrow = { phone: '(max-width: 48em)', desktop: '(max-width: 63.99em)' };

/**
 * Rows as a table, or as cards where there is no room for one; skeletons of the same height while they load. Of many rows
 * only those in view are in the document.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const isNarrow = useMediaQuery(narrow[props.cardsBelow ?? 'phone'], false, { getInitialValueInEffect: false });
  if (props.rows === undefined) return <LoadingRows />;
  if (props.rows.length === 0) return props.empty;
  return isNarrow ? <Cards {...props} rows={props.rows} /> : <Rows {...props} rows={props.rows} />;
}

function LoadingRows() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')}>
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} height={20} my={14} radius="sm" />
      ))}
    </div>
  );
}
