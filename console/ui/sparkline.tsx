interface Bar {
  readonly total: number;
  /** The part of `total` shown as failed. */
  readonly failed?: number;
}

interface SparklineProps {
  readonly bars: readonly Bar[];
  /** Describes the bars for screen readers. */
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
}

/** Small bars, oldest first. One path per colour, because tables contain hundreds of bars. */
export function Sparkline({ bars, label, width = 96, height = 24 }: SparklineProps) {
  const highest = Math.max(1, ...bars.map((bar) => bar.total));
  const step = width / Math.max(1, bars.length);
  const scale = (value: number) => (value === 0 ? 0 : Math.max(2, (value / highest) * (height - 1)));
  const draw = (heightOf: (bar: Bar) => number) =>
    bars.map((bar, index) => drawBar(index * step, Math.max(1, step - 1), heightOf(bar), height)).join('');
  const failed = (bar: Bar) => (bar.failed ? Math.max(2, (bar.failed / bar.total) * scale(bar.total)) : 0);
  return (
    <svg width={width} height={height} role="img" aria-label={label} style={{ display: 'block' }}>
      <path d={draw(() => 1)} fill="var(--console-line)" />
      <path d={draw((bar) => scale(bar.total))} fill="var(--mantine-color-accent-4)" />
      <path d={draw(failed)} fill="var(--console-bad)" />
    </svg>
  );
}

function drawBar(x: number, width: number, barHeight: number, height: number): string {
  if (barHeight === 0) return '';
  const left = x.toFixed(1);
  return `M${left} ${height}v${-barHeight.toFixed(1)}h${width.toFixed(1)}v${barHeight.toFixed(1)}z`;
}
