import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Question {
  readonly title: string;
  /** Explains the consequences, and whether the action can be undone. */
  readonly text: ReactNode;
  /** Label of the confirm button. */
  readonly action: string;
}

const ConfirmContext = createContext<(question: Question) => Promise<boolean>>(() => Promise.resolve(false));

/** Asks for confirmation of a destructive action; resolves to whether it was confirmed. */
export function useConfirm() {
  return useContext(ConfirmContext);
}

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [pending, setPending] = useState<{ question: Question; answer: (yes: boolean) => void }>();
  const [opened, setOpened] = useState(false);

  const ask = useCallback(
    (question: Question) =>
      new Promise<boolean>((answer) => {
        setPending({ question, answer });
        setOpened(true);
      }),
    [],
  );
  const finish = (yes: boolean) => {
    pending?.answer(yes);
    setOpened(false);
  };

  return (
    <ConfirmContext value={ask}>
      {children}
      <Modal
        opened={opened}
        onClose={() => finish(false)}
        title={pending?.question.title}
        closeButtonProps={{ 'aria-label': t('common.close') }}
        zIndex={400}
      >
        <Stack>
          <Text size="sm">{pending?.question.text}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => finish(false)} data-autofocus>
              {t('common.cancel')}
            </Button>
            <Button color="red" onClick={() => finish(true)}>
              {pending?.question.action}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </ConfirmContext>
  );
}
