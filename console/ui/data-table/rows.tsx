import { Table, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './data-table.module.css';
import { SelectAll, SelectOne } from './select-boxes.tsx';
import type { Column, Loaded, Ordering } from './types.ts';
import { useVirtualRows } from './use-virtual-rows.ts';

const usualHeight = 52;

/** Renders rows as a table. */
export function Rows<Row>(props: Loaded<Row>) {
  const { label, columns, rows, id, menu, selection } = props;
  const { box, places, before, after, measure, isVirtual } = useVirtualRows(rows.length, usualHeight);
  const width = columns.length + (menu ? 1 : 0) + (selection ? 1 : 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={isVirtual ? classes.box : classes.scroll} ref={box} tabIndex={0} aria-label={label}>
      <Table
        className={classes.table ?? ''}
        verticalSpacing="xs"
        horizontalSpacing={props.dense ? 8 : 'sm'}
        aria-label={label}
        aria-rowcount={isVirtual ? rows.length + 1 : undefined}
        data-sticky={isVirtual || props.stickyHead || undefined}
      >
        <Head {...props} />
        <Table.Tbody>
          <Filler height={before} columns={width} />
          {places.map((place) => {
            const row = rows[place];
            return row === undefined ? null : (
              <BodyRow key={id(row)} {...props} row={row} place={place} measure={measure} isVirtual={isVirtual} />
            );
          })}
          <Filler height={after} columns={width} />
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Filler({ height, columns }: { height: number; columns: number }) {
  return height > 0 ? (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  ) : null;
}

function Head<Row>({ columns, rows, id, menu, selection, ordering }: Loaded<Row>) {
  const { t } = useTranslation();
  return (
    <Table.Thead>
      <Table.Tr>
        {selection ? (
          <Table.Th w={36}>
            <SelectAll ids={rows.map(id)} selection={selection} />
          </Table.Th>
        ) : null}
        {columns.map((column) => (
          <Table.Th
            key={column.key}
            ta={column.align ?? 'left'}
            w={column.fluid === undefined ? (column.width ?? 'auto') : `${column.fluid}%`}
            scope="col"
            aria-sort={ariaSort(column, ordering)}
          >
            {column.sortable && ordering ? <SortButton column={column} ordering={ordering} /> : column.title}
          </Table.Th>
        ))}
        {menu ? (
          <Table.Th w={44} scope="col">
            <span className="visually-hidden">{t('common.actions')}</span>
          </Table.Th>
        ) : null}
      </Table.Tr>
    </Table.Thead>
  );
}

function ariaSort<Row>(column: Column<Row>, ordering: Ordering | undefined) {
  if (ordering?.order?.column !== column.key) return undefined;
  return ordering.order.descending ? 'descending' : 'ascending';
}

function SortButton<Row>({ column, ordering }: { column: Column<Row>; ordering: Ordering }) {
  const { order, onOrder } = ordering;
  const Icon = order?.descending ? IconArrowDown : IconArrowUp;
  return (
    <UnstyledButton className={classes.sort ?? ''} onClick={() => onOrder(column.key)}>
      {column.title}
      {order?.column === column.key ? <Icon size={13} aria-hidden /> : null}
    </UnstyledButton>
  );
}

interface BodyRowProps<Row> extends Loaded<Row> {
  readonly row: Row;
  readonly place: number;
  readonly measure: (element: HTMLElement | null) => void;
  readonly isVirtual: boolean;
}

function BodyRow<Row>({
  columns,
  row,
  id,
  menu,
  onOpen,
  selection,
  current,
  place,
  measure,
  isVirtual,
}: BodyRowProps<Row>) {
  return (
    <Table.Tr
      ref={isVirtual ? measure : undefined}
      data-index={place}
      data-row={id(row)}
      data-current={current === id(row) || undefined}
      aria-rowindex={isVirtual ? place + 2 : undefined}
      className={`${classes.row} ${onOpen ? classes.clickable : ''}`}
      onClick={onOpen ? () => onOpen(row) : undefined}
    >
      {selection ? (
        <Table.Td>
          <SelectOne id={id(row)} selection={selection} />
        </Table.Td>
      ) : null}
      {columns.map((column) => (
        <Table.Td
          key={column.key}
          ta={column.align ?? 'left'}
          className={column.fluid === undefined ? '' : (classes.fluid ?? '')}
        >
          {column.render(row)}
        </Table.Td>
      ))}
      {menu ? <Table.Td>{menu(row)}</Table.Td> : null}
    </Table.Tr>
  );
}
