import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  readonly align?: 'right';
  readonly width?: number | string;
  /** Percentage of the width left over by other columns; longer content is truncated. */
  readonly fluid?: number;
  /** Position on a card: in the header, in the header's corner, or hidden. Default: a separate line. */
  readonly onCard?: 'title' | 'corner' | 'hidden';
  /** Hides the column in windows narrower than 1200 or 1440 pixels. */
  readonly from?: 'medium' | 'large';
  /** Sort value of a row. If absent, the column is not sortable. */
  readonly sortable?: boolean;
}

/** The sorted column. */
export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

export interface Ordering {
  readonly order: Order | undefined;
  readonly onOrder: (column: string) => void;
}

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
  readonly name: (id: string) => string;
}

export interface DataTableProps<Row> {
  /** Accessible name. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined while loading. */
  readonly rows: readonly Row[] | undefined;
  readonly id: (row: Row) => string;
  readonly empty: ReactNode;
  /** Renders the row's menu, in the last cell. */
  readonly menu?: (row: Row) => ReactNode;
  readonly onOpen?: (row: Row) => void;
  readonly selection?: Selection;
  readonly ordering?: Ordering;
  /** The row whose details are open. */
  readonly current?: string | undefined;
  /** Keeps the column headers visible while the page scrolls. */
  readonly stickyHead?: boolean;
  /** Reduces the space between columns, as windows narrower than 1200 pixels do. */
  readonly dense?: boolean;
}

export type Loaded<Row> = DataTableProps<Row> & { readonly rows: readonly Row[] };
