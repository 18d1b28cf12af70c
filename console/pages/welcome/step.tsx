import { Group, Paper, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';

export type StepState = 'done' | 'now' | 'later';

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly state: StepState;
  /** Result of the completed step. */
  readonly summary?: ReactNode;
  /** Content of the current step. */
  readonly children: ReactNode;
}

/** One step of the guided set-up; only the current step is expanded. */
export function Step({ number, title, state, summary, children }: StepProps) {
  const titleId = useId();
  const titleElement = useRef<HTMLHeadingElement>(null);
  const lastState = useRef(state);
  useEffect(() => {
    // The button of the previous step is gone.
    if (state === 'now' && lastState.current === 'later') titleElement.current?.focus();
    lastState.current = state;
  }, [state]);
  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-labelledby={titleId}
      data-step={state}
      style={state === 'now' ? { borderColor: 'var(--mantine-color-accent-5)' } : undefined}
    >
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <ThemeIcon
          size={26}
          radius="xl"
          aria-hidden
          variant={state === 'now' ? 'filled' : 'default'}
          color={state === 'done' ? 'green' : 'accent'}
        >
          {state === 'done' ? <IconCheck size={15} color="var(--console-good)" /> : <Text size="sm">{number}</Text>}
        </ThemeIcon>
        <div style={{ flex: 1, minWidth: 0 }}>
          <Title
            order={2}
            id={titleId}
            ref={titleElement}
            tabIndex={-1}
            c={state === 'later' ? 'dimmed' : 'var(--mantine-color-text)'}
          >
            {title}
          </Title>
          {state === 'done' ? summary : null}
          {state === 'now' ? <div style={{ marginTop: 12 }}>{children}</div> : null}
        </div>
      </Group>
    </Paper>
  );
}
