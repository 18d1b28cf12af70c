import { Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Cards } from './cards.tsx';
import { Rows } from './rows.tsx';
import type { DataTableProps } from './types.ts';

export type { Column } from './types.ts';

/** Window widths at which rows are shown as cards. */
export const narrow = '(max-width: 63.99em)';

/**
 * Renders rows as a table, or as cards in narrow windows, with skeletons of the same height while loading. If there are
 * many rows, only the visible ones are in the document.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const isNarrow = useMediaQuery(narrow, false, { getInitialValueInEffect: false });
  const isMedium = useMediaQuery('(min-width: 75em)', true, { getInitialValueInEffect: false });
  const isLarge = useMediaQuery('(min-width: 90em)', true, { getInitialValueInEffect: false });
  if (props.rows === undefined) return <LoadingRows />;
  if (props.rows.length === 0) return props.empty;
  if (isNarrow) return <Cards {...props} rows={props.rows} />;
  const columns = props.columns.filter(({ from }) => (from === 'medium' ? isMedium : from !== 'large' || isLarge));
  return <Rows {...props} columns={columns} rows={props.rows} dense={props.dense || !isMedium} />;
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
