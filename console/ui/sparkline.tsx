interface Bar {
  readonly total: number;
  /** The part of `total` shown as failed. */
  readonly failed?: number;
}

/** Small bars, oldest first; `label` says in words what they show. */
export function Sparkline({ bars, label, width = 96, height = 24 }: SparklineProps) {
  const highest = Math.max(1, ...bars.map((bar) => bar.total));
  const step = width / Math.max(1, bars.length);
  const scale = (value: number) => (value === 0 ? 0 : Math.max(2, (value / highest) * (height - 1)));
  return (
    <svg width={width} height={height} role="img" aria-label={label} style={{ display: 'block' }}>
      {bars.map((bar, index) => {
        const whole = scale(bar.total);
        const failed = bar.failed ? Math.max(2, (bar.failed / bar.total) * whole) : 0;
        const place = { x: index * step, width: Math.max(1, step - 1) };
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place in time
          <g key={index}>
            <rect {...place} y={height - 1} height={1} fill="var(--console-line)" />
            <rect {...place} y={height - whole} height={whole} fill="var(--mantine-color-accent-4)" />
            <rect {...place} y={height - failed} height={failed} fill="var(--console-bad)" />
          </g>
        );
      })}
    </svg>
  );
}

interface SparklineProps {
  readonly bars: readonly Bar[];
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
}
