import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefCallback, type RefObject, useRef } from 'react';

/** Above this number, rows scroll in their own container and only visible ones are in the document. */
const manyRows = 60;

interface VirtualRows {
  /** Ref of the scroll container. */
  readonly box: RefObject<HTMLDivElement | null>;
  /** Indexes of the rows to render. */
  readonly places: readonly number[];
  /** Height of the space above and below the rendered rows, in pixels. */
  readonly before: number;
  readonly after: number;
  readonly measure: RefCallback<HTMLElement>;
  readonly isVirtual: boolean;
}

/** Finds the visible rows. @param estimate height in pixels of a row that has not been rendered yet */
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
