import { Code, Group } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';

/** Shows a secret with a copy button. */
export function SecretBox({ value, label }: { value: string; label: string }) {
  return (
    <Group gap="xs" align="stretch">
      <Code
        block
        aria-label={label}
        style={{ flex: '1 1 16rem', minWidth: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', userSelect: 'all' }}
        data-testid="secret"
      >
        {value}
      </Code>
      <CopyButton value={value} mih={36} h="auto" style={{ flex: 'none' }} />
    </Group>
  );
}
