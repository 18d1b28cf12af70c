import { Group, Paper, type PaperProps, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useDocumentTitle } from './document-title.ts';

interface PageProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** Uses the full window width, for wide tables. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

const readableWidth = 1200;
/** Leaves no single character on the last line. */
const descriptionStyle = { textWrap: 'pretty' } as const;

/** The frame of a page: title (also the tab's), description, main actions. */
export function Page({ title, description, actions, wide = false, children }: PageProps) {
  useDocumentTitle(title);
  return (
    <Stack gap="lg" maw={wide ? undefined : readableWidth} mx="auto">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ flex: '1 1 16rem' }}>
          <Title order={1}>{title}</Title>
          {description ? (
            <Text c="dimmed" size="sm" mt={2} style={descriptionStyle}>
              {description}
            </Text>
          ) : null}
        </div>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </Group>
      {children}
    </Stack>
  );
}

interface PanelProps extends PaperProps {
  readonly title?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A bordered section of a page. */
export function Panel({ title, description, actions, children, ...props }: PanelProps) {
  const titleId = useId();
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-labelledby={title ? titleId : undefined} {...props}>
      {title || actions ? (
        <Group justify="space-between" align="flex-start" mb="md" gap="sm">
          <div style={{ flex: '1 1 14rem' }}>
            <Title order={2} id={titleId}>
              {title}
            </Title>
            {description ? (
              <Text c="dimmed" size="sm" style={descriptionStyle}>
                {description}
              </Text>
            ) : null}
          </div>
          {actions ? <Group gap="xs">{actions}</Group> : null}
        </Group>
      ) : null}
      {children}
    </Paper>
  );
}
