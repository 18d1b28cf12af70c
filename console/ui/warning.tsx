import { Alert, type AlertProps, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface WarningProps extends Omit<AlertProps, 'title' | 'color' | 'variant' | 'icon'> {
  readonly title?: string;
  readonly children: ReactNode;
}

/** A warning. Its text keeps the page's text colour, because yellow text is hard to read. */
export function Warning({ title, children, ...props }: WarningProps) {
  return (
    <Alert color="yellow" variant="outline" icon={<IconAlertTriangle aria-hidden />} {...props}>
      {title === undefined ? null : (
        <Text fw={600} size="sm" mb={4}>
          {title}
        </Text>
      )}
      <Text size="sm">{children}</Text>
    </Alert>
  );
}
