import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefCallback, type RefObject, useRef } from 'react';

/** More rows than these scroll within a box of their own, and only those in view are in the document. */
const manyRows = 60;

interface VirtualRows {
  /** Of the box that scrolls. */
  readonly box: RefObject<HTMLDivElement | null>;
  /** Places of the rows to draw. */
  readonly places: readonly number[];
  /** Pixels that stand for the rows above and below them. */
  readonly before: number;
  readonly after: number;
  readonly measure: RefCallback<HTMLElement>;
  readonly isVirtual: boolean;
}

/** Which of many rows are in view. @param estimate pixels of a row that was never drawn */
export function useVirtualRows(count: number, estimate: number): VirtualRows {
  const box = useRef<HTMLDivElement>(null);
  const isVirtual = count > manyRows;
  const virtualizer = useVirtualizer({
    count,
    enabled: isVirtual,
    getScrollElement: () => box.current,
    estimateSize: () => estimate,
    overscan: 4,
  });
  if (!isVirtual) {
    return {
      box,
      places: Array.from({ length: count }, (_, place) => place),
      before: 0,
      after: 0,
      measure: () => {},
      isVirtual,
    };
  }
  const items = virtualizer.getVirtualItems();
  return {
    box,
    places: items.map(({ index }) => index),
    before: items[0]?.start ?? 0,
    after: virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0),
    measure: virtualizer.measureElement,
    isVirtual,
  };
}
