import { Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { LanguageMenu, ThemeMenu } from '../../shell/appearance.tsx';
import { Logo } from '../../shell/logo.tsx';
import { useDocumentTitle } from '../../ui/document-title.ts';

/** The frame of the login pages: one card in the centre. */
export function FrontPage({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  useDocumentTitle(title);
  return (
    <Center mih="100dvh" p="md" component="main" style={{ background: 'var(--console-aside)' }}>
      <Stack w="100%" maw={400} gap="md">
        <Paper withBorder radius="lg" p={{ base: 'lg', xs: 'xl' }} shadow="xs">
          <Group gap="sm" mb="lg" wrap="nowrap" align="flex-start">
            <Logo size={36} />
            <div>
              <Title order={1} lh={1.2}>
                {title}
              </Title>
              <Text size="sm" c="dimmed">
                {text}
              </Text>
            </div>
          </Group>
          {children}
        </Paper>
        <Group justify="center" gap={4}>
          <ThemeMenu />
          <LanguageMenu />
        </Group>
      </Stack>
    </Center>
  );
}
