import { Group, Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ChartLine } from './chart-series.ts';

interface ChartLegendProps {
  readonly lines: readonly ChartLine[];
  /** Filters the page by the series. */
  readonly onChoose?: (line: ChartLine) => void;
}

/** The legend of a chart. */
export function ChartLegend({ lines, onChoose }: ChartLegendProps) {
  return (
    <Group gap="md" mb="xs" style={{ rowGap: 2 }}>
      {lines.map((line) => (
        <Entry key={line.name} line={line} onChoose={line.value === undefined ? undefined : onChoose} />
      ))}
    </Group>
  );
}

function Entry({ line, onChoose }: { line: ChartLine; onChoose: ((line: ChartLine) => void) | undefined }) {
  const content: ReactNode = (
    <Text size="xs" component="span" style={{ display: 'inline-flex', alignItems: 'center', gap: 6 }}>
      <span
        aria-hidden
        style={{
          width: 9,
          height: 9,
          borderRadius: 2,
          flex: 'none',
          background: `var(--mantine-color-${line.color.replace('.', '-')})`,
        }}
      />
      {line.label}
    </Text>
  );
  return onChoose ? <UnstyledButton onClick={() => onChoose(line)}>{content}</UnstyledButton> : content;
}
