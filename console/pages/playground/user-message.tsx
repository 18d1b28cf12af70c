import { ActionIcon, Button, Group, Textarea, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './playground.module.css';
import type { UserTurn } from './turns.ts';

interface UserMessageProps {
  readonly turn: UserTurn;
  /** Absent while an answer is running. */
  readonly onEdit?: (text: string) => void;
}

/** A user message. Editing it restarts the conversation from there. */
export function UserMessage({ turn, onEdit }: UserMessageProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string>();
  if (draft !== undefined && onEdit) {
    return (
      <div>
        <Textarea
          aria-label={t('playground.editMessage')}
          autosize
          minRows={2}
          maxRows={12}
          data-autofocus
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs" mt="xs">
          <Button size="xs" variant="default" onClick={() => setDraft(undefined)}>
            {t('common.cancel')}
          </Button>
          <Button
            size="xs"
            disabled={draft.trim() === '' && turn.images.length === 0}
            onClick={() => {
              setDraft(undefined);
              onEdit(draft);
            }}
          >
            {t('playground.send')}
          </Button>
        </Group>
      </div>
    );
  }
  return (
    <Group gap={4} justify="flex-end" align="flex-start" wrap="nowrap">
      {onEdit ? (
        <Tooltip label={t('playground.editMessage')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('playground.editMessage')}
            onClick={() => setDraft(turn.text)}
          >
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ) : null}
      <div className={classes.asked} style={{ marginLeft: 0 }}>
        <div className={classes.text}>{turn.text}</div>
        {turn.images.length > 0 ? (
          <div className={classes.images}>
            {turn.images.map((url) => (
              <img key={url} src={url} alt={t('playground.image')} />
            ))}
          </div>
        ) : null}
      </div>
    </Group>
  );
}
