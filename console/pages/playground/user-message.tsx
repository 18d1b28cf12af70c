import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditForm } from './edit-form.tsx';
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
  const [isEditing, setEditing] = useState(false);
  /** Whether the focus was in the form that the button replaces. */
  const returns = useRef(false);
  const finish = () => {
    returns.current = true;
    setEditing(false);
  };
  if (isEditing && onEdit) {
    return (
      <EditForm
        turn={turn}
        onCancel={finish}
        onSend={(text) => {
          finish();
          onEdit(text);
        }}
      />
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
            ref={(button) => {
              if (returns.current) button?.focus();
              returns.current = false;
            }}
            onClick={() => setEditing(true)}
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
