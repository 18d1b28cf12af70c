import { Button, Paper, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ToolCall } from '../../chat/answer.ts';

interface ToolFormProps {
  readonly calls: readonly ToolCall[];
  readonly onSend: (results: readonly { callId: string; name: string; text: string }[]) => void;
}

/** A form for the tool results that the model is waiting for. */
export function ToolForm({ calls, onSend }: ToolFormProps) {
  const { t } = useTranslation();
  const [texts, setTexts] = useState<readonly string[]>(calls.map(() => ''));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend(calls.map((call, index) => ({ callId: call.id, name: call.name, text: texts[index] ?? '' })));
  };
  return (
    <Paper withBorder p="sm" component="form" onSubmit={submit}>
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {t('playground.toolHint')}
        </Text>
        {calls.map((call, index) => (
          <Textarea
            key={call.id}
            label={t('playground.toolResult', { name: call.name })}
            autosize
            minRows={1}
            value={texts[index] ?? ''}
            onChange={(event) =>
              setTexts(texts.map((text, place) => (place === index ? event.currentTarget.value : text)))
            }
          />
        ))}
        <Button type="submit" size="xs" style={{ alignSelf: 'flex-end' }}>
          {t('playground.sendResults')}
        </Button>
      </Stack>
    </Paper>
  );
}
