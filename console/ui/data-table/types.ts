import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  readonly align?: 'right';
  readonly width?: number | string;
  /** Takes what the others leave, in this share of it (a percentage), and shortens what it holds. */
  readonly fluid?: number;
  /** Where it stands on a card: in its head, in the head's corner, or nowhere. Default: a line of its own. */
  readonly onCard?: 'title' | 'corner' | 'hidden';
  /** Left out of the table in smaller windows: below 1200 or below 1440 pixels. */
  readonly from?: 'medium' | 'large';
  /** What the rows can be ordered by; absent, the column's title is no button. */
  readonly sortable?: boolean;
}

/** Which column the rows are ordered by. */
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
  readonly ordering?: Ordering;
  /** The row that is open elsewhere. */
  readonly current?: string | undefined;
  /** The heads of the columns stay in view while the page scrolls. */
  readonly stickyHead?: boolean;
  /** Little room between the columns. */
  readonly dense?: boolean;
}

export type Loaded<Row> = DataTableProps<Row> & { readonly rows: readonly Row[] };
