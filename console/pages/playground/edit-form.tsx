import { Button, Group, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isSendKey } from './is-send-key.ts';
import type { UserTurn } from './turns.ts';

interface EditFormProps {
  readonly turn: UserTurn;
  readonly onSend: (text: string) => void;
  readonly onCancel: () => void;
}

/** Replaces a message while it is edited. Enter sends, Escape cancels. */
export function EditForm({ turn, onSend, onCancel }: EditFormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(turn.text);
  const isEmpty = draft.trim() === '' && turn.images.length === 0;
  return (
    <div>
      <Textarea
        ref={focusAtEnd}
        aria-label={t('playground.editMessage')}
        autosize
        minRows={2}
        maxRows={12}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.nativeEvent.isComposing) onCancel();
          if (!isSendKey(event)) return;
          event.preventDefault();
          if (!isEmpty) onSend(draft);
        }}
      />
      <Group justify="flex-end" gap="xs" mt="xs">
        <Button size="xs" variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
        <Button size="xs" disabled={isEmpty} onClick={() => onSend(draft)}>
          {t('playground.send')}
        </Button>
      </Group>
    </div>
  );
}

function focusAtEnd(field: HTMLTextAreaElement | null): void {
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
}
