import { useState } from 'react';

export interface ZoomSpan {
  readonly from: number;
  readonly to: number;
}

interface Bucket {
  readonly start: number;
  readonly end: number;
}

/** The part of the chart's pointer event that we need: the bucket under the pointer. */
interface ChartPointer {
  readonly activeLabel?: string | number | undefined;
}

/** Handles dragging across a chart: the selected buckets, and at the end the range to zoom to. */
export function useZoom(buckets: readonly Bucket[], onZoom: ((span: ZoomSpan) => void) | undefined) {
  const [marked, setMarked] = useState<{ readonly from: number; readonly to: number }>();
  const read = ({ activeLabel }: ChartPointer) => (activeLabel === undefined ? undefined : Number(activeLabel));
  if (onZoom === undefined) return { marked: undefined, handlers: {} };
  return {
    marked: marked === undefined || marked.from === marked.to ? undefined : marked,
    handlers: {
      onMouseDown: (pointer: ChartPointer) => {
        const at = read(pointer);
        if (at !== undefined) setMarked({ from: at, to: at });
      },
      onMouseMove: (pointer: ChartPointer) => {
        const at = read(pointer);
        if (marked !== undefined && at !== undefined) setMarked({ from: marked.from, to: at });
      },
      onMouseUp: () => {
        setMarked(undefined);
        const span = marked && spanOf(buckets, marked.from, marked.to);
        if (span !== undefined) onZoom(span);
      },
      onMouseLeave: () => setMarked(undefined),
    },
  };
}

/** From the start of the earlier bucket to the end of the later one; undefined for a click without a drag. */
export function spanOf(buckets: readonly Bucket[], one: number, other: number): ZoomSpan | undefined {
  if (one === other) return undefined;
  const to = buckets.find(({ start }) => start === Math.max(one, other))?.end;
  return to === undefined ? undefined : { from: Math.min(one, other), to };
}
