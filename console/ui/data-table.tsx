import { Checkbox, Skeleton, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './data-table.module.css';
import { usePhone } from './dialog.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  readonly align?: 'right';
  readonly width?: number | string;
  /** Where it stands on a phone's card: in its head, in the head's corner, or nowhere. Default: a line of its own. */
  readonly onPhone?: 'title' | 'corner' | 'hidden';
}

interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
  readonly name: (id: string) => string;
}

interface DataTableProps<Row> {
  /** For those who do not see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined while loading. */
  readonly rows: readonly Row[] | undefined;
  readonly id: (row: Row) => string;
  readonly empty: ReactNode;
  /** The row's last cell: its menu. */
  readonly menu?: (row: Row) => ReactNode;
  readonly onOpen?: (row: Row) => void;
  readonly selection?: Selection;
}

/** Rows as a table, or as cards on a phone; skeletons of the same height while they load. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const phone = usePhone();
  if (props.rows === undefined) return <LoadingRows />;
  if (props.rows.length === 0) return props.empty;
  return phone ? <Cards {...props} rows={props.rows} /> : <Rows {...props} rows={props.rows} />;
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

type Loaded<Row> = DataTableProps<Row> & { readonly rows: readonly Row[] };

function Rows<Row>({ label, columns, rows, id, menu, onOpen, selection }: Loaded<Row>) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.scroll} tabIndex={0} aria-label={label}>
      <Table className={classes.table ?? ''} verticalSpacing="xs" horizontalSpacing="sm" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {selection ? (
              <Table.Th w={36}>
                <SelectAll ids={rows.map(id)} selection={selection} />
              </Table.Th>
            ) : null}
            {columns.map((column) => (
              <Table.Th key={column.key} ta={column.align ?? 'left'} w={column.width ?? 'auto'} scope="col">
                {column.title}
              </Table.Th>
            ))}
            {menu ? (
              <Table.Th w={44} scope="col">
                <span className="visually-hidden">{t('common.actions')}</span>
              </Table.Th>
            ) : null}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr
              key={id(row)}
              data-row={id(row)}
              className={`${classes.row} ${onOpen ? classes.clickable : ''}`}
              onClick={onOpen ? () => onOpen(row) : undefined}
            >
              {selection ? (
                <Table.Td>
                  <SelectOne id={id(row)} selection={selection} />
                </Table.Td>
              ) : null}
              {columns.map((column) => (
                <Table.Td key={column.key} ta={column.align ?? 'left'}>
                  {column.render(row)}
                </Table.Td>
              ))}
              {menu ? <Table.Td>{menu(row)}</Table.Td> : null}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Cards<Row>({ label, columns, rows, id, menu, onOpen, selection }: Loaded<Row>) {
  const head = columns.filter((column) => column.onPhone === 'title');
  const corner = columns.filter((column) => column.onPhone === 'corner');
  const facts = columns.filter((column) => column.onPhone === undefined);
  return (
    <ul className={classes.cards} aria-label={label}>
      {rows.map((row) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the card's own link opens it by keyboard
        <li key={id(row)} data-row={id(row)} className={classes.card} onClick={onOpen ? () => onOpen(row) : undefined}>
          <div className={classes.head}>
            {selection ? <SelectOne id={id(row)} selection={selection} /> : null}
            <div className={classes.headText}>
              {head.map((column) => (
                <div key={column.key}>{column.render(row)}</div>
              ))}
            </div>
            {corner.map((column) => (
              <div key={column.key} className={classes.corner}>
                {column.render(row)}
              </div>
            ))}
            {menu ? menu(row) : null}
          </div>
          <dl className={classes.facts}>
            {facts.map((column) => (
              <Fact key={column.key} title={column.title} value={column.render(row)} />
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}

function Fact({ title, value }: { title: string; value: ReactNode }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </>
  );
}

function SelectAll({ ids, selection }: { ids: readonly string[]; selection: Selection }) {
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

function SelectOne({ id, selection }: { id: string; selection: Selection }) {
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
