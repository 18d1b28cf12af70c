import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, emptyAnswer } from '../../chat/answer.ts';
import { type ChatTimes, sendChat } from '../../chat/send-chat.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useFirstModel } from '../connect/use-first-model.ts';
import classes from './welcome.module.css';

interface AnswerStepProps {
  /** The new key in full. */
  readonly apiKey: string;
  readonly onAnswered: () => void;
}

/** Sends a question with the new key, like a client, and streams the answer. */
export function AnswerStep({ apiKey, onAnswered }: AnswerStepProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const findFirstModel = useFirstModel();
  const [model, setModel] = useState<string>();
  const [answer, setAnswer] = useState<Answer>(emptyAnswer);
  const [times, setTimes] = useState<ChatTimes>();
  const ask = useAction({
    quiet: true,
    run: async () => {
      const first = await findFirstModel();
      setModel(first);
      const body = {
        model: first,
        messages: [{ role: 'user', content: t('welcome.question') }],
        stream: true,
        stream_options: { include_usage: true },
      };
      const { answer: whole, times: taken } = await sendChat({
        path: '/v1/chat/completions',
        key: apiKey,
        body,
        signal: AbortSignal.timeout(120_000),
        onProgress: (part, progress) => {
          setAnswer(part);
          setTimes(progress);
        },
      });
      setTimes(taken);
      if (whole.error !== null) throw new Error(whole.error);
    },
    invalidates: [['overview'], ['requests']],
    onSuccess: onAnswered,
  });
  return (
    <Stack>
      <Text size="sm">
        {t('welcome.answerText')} <strong>{t('welcome.question')}</strong>
      </Text>
      {answer.text === '' ? null : (
        <div className={classes.answer} role="status" aria-busy={ask.isPending}>
          {answer.text}
        </div>
      )}
      {times && !ask.isPending ? (
        <Text size="xs" c="dimmed">
          {[
            model,
            times.firstToken === null ? undefined : format.duration(times.firstToken),
            format.duration(times.total),
          ]
            .filter((part) => part !== undefined)
            .join(' · ')}
        </Text>
      ) : null}
      {ask.error ? <ErrorAlert error={ask.error} /> : null}
      <Group>
        <Button
          variant={ask.isSuccess ? 'default' : 'filled'}
          loading={ask.isPending}
          onClick={() => ask.mutate(undefined)}
        >
          {t(ask.isIdle ? 'welcome.ask' : 'welcome.askAgain')}
        </Button>
      </Group>
    </Stack>
  );
}
