import type { ReactNode } from 'react';
import classes from './data-table.module.css';
import { SelectOne } from './select-boxes.tsx';
import type { Loaded } from './types.ts';
import { useVirtualRows } from './use-virtual-rows.ts';

const usualHeight = 200;

/** Renders rows as a stack of cards. */
export function Cards<Row>(props: Loaded<Row>) {
  const { label, rows, id } = props;
  const { box, places, before, after, measure, isVirtual } = useVirtualRows(rows.length, usualHeight);
  const list = (
    <ul className={classes.cards} aria-label={label} style={{ paddingTop: before, paddingBottom: after }}>
      {places.map((place) => {
        const row = rows[place];
        return row === undefined ? null : (
          <Card key={id(row)} {...props} row={row} place={place} measure={isVirtual ? measure : undefined} />
        );
      })}
    </ul>
  );
  if (!isVirtual) return list;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.box} ref={box} tabIndex={0} aria-label={label}>
      {list}
    </section>
  );
}

interface CardProps<Row> extends Loaded<Row> {
  readonly row: Row;
  readonly place: number;
  readonly measure: ((element: HTMLElement | null) => void) | undefined;
}

function Card<Row>({ columns, row, id, menu, onOpen, selection, current, place, measure }: CardProps<Row>) {
  const at = (where: 'title' | 'corner' | undefined) => columns.filter((column) => column.onCard === where);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the card's own link opens it by keyboard
    <li
      ref={measure}
      data-index={place}
      data-row={id(row)}
      data-current={current === id(row) || undefined}
      className={classes.card}
      onClick={onOpen ? () => onOpen(row) : undefined}
    >
      <div className={classes.head}>
        {selection ? <SelectOne id={id(row)} selection={selection} /> : null}
        <div className={classes.headText}>
          {at('title').map((column) => (
            <div key={column.key}>{column.render(row)}</div>
          ))}
        </div>
        {at('corner').map((column) => (
          <div key={column.key} className={classes.corner}>
            {column.render(row)}
          </div>
        ))}
        {menu ? menu(row) : null}
      </div>
      <dl className={classes.facts}>
        {at(undefined).map((column) => (
          <Fact key={column.key} title={column.title} value={column.render(row)} />
        ))}
      </dl>
    </li>
  );
}

function Fact({ title, value }: { title: string; value: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </div>
  );
}
