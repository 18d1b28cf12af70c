import { Stack, Text, Title } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';

interface EmptyProps {
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
  readonly title: string;
  /** Suggests what to do next. */
  readonly text: string;
  readonly action?: ReactNode;
  /** True if the title is the page's heading. */
  readonly isPage?: boolean;
}

/** An empty state. */
export function Empty({ icon: Icon, title, text, action, isPage = false }: EmptyProps) {
  return (
    <Stack align="center" gap={6} py="xl" px="md" ta="center">
      <span aria-hidden style={{ color: 'var(--console-idle)' }}>
        <Icon size={32} stroke={1.3} />
      </span>
      {isPage ? <Title order={1}>{title}</Title> : <Text fw={600}>{title}</Text>}
      <Text c="dimmed" size="sm" maw={440} style={{ textWrap: 'balance' }}>
        {text}
      </Text>
      {action ? <div style={{ marginTop: 8 }}>{action}</div> : null}
    </Stack>
  );
}
