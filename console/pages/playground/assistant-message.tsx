import { Alert, Button, Code, Group, Spoiler, Text } from '@mantine/core';
import { IconAlertTriangle, IconTool } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ToolCall } from '../../chat/answer.ts';
import { CopyIcon } from '../../ui/copy-button.tsx';
import { useFormat } from '../../ui/use-format.ts';
import classes from './playground.module.css';
import type { AssistantTurn } from './turns.ts';

export function AssistantMessage({ turn, onRetry }: { turn: AssistantTurn; onRetry?: () => void }) {
  const { t } = useTranslation();
  const { answer, state, error } = turn;
  const running = state === 'running';
  return (
    <article aria-label={t('playground.answerOf', { model: turn.model })} aria-busy={running}>
      {answer.reasoning === '' ? null : (
        <Spoiler
          maxHeight={48}
          showLabel={t('playground.showReasoning')}
          hideLabel={t('playground.hideReasoning')}
          mb="xs"
        >
          <Text size="xs" c="dimmed" className={classes.text ?? ''}>
            {answer.reasoning}
          </Text>
        </Spoiler>
      )}
      <div className={`${classes.text} ${running ? classes.cursor : ''}`}>{answer.text}</div>
      {answer.toolCalls.map((call, index) => (
        <ToolCallView key={call.id === '' ? index : call.id} call={call} />
      ))}
      {error === null ? null : (
        <Alert mt="xs" color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />} role="alert">
          <Text size="sm" c="var(--mantine-color-text)" style={{ overflowWrap: 'anywhere' }}>
            {error}
          </Text>
          {onRetry ? (
            <Button mt="xs" size="compact-sm" variant="default" onClick={onRetry}>
              {t('common.retry')}
            </Button>
          ) : null}
        </Alert>
      )}
      <Figures turn={turn} />
    </article>
  );
}

/** Model, tokens and times below an answer. */
function Figures({ turn }: { turn: AssistantTurn }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { answer, times, state } = turn;
  const parts = [
    turn.model,
    times.firstToken === null ? '' : t('playground.firstToken', { time: format.duration(times.firstToken) }),
    times.total === 0 ? '' : t('playground.total', { time: format.duration(times.total) }),
    answer.usage === null
      ? ''
      : t('playground.tokens', { input: format.count(answer.usage.input), output: format.count(answer.usage.output) }),
    state === 'stopped' ? t('playground.stopped') : '',
  ];
  return (
    <Group gap={4} mt={6} wrap="nowrap" align="center" mih={28}>
      <Text size="xs" c="dimmed">
        {parts.filter((part) => part !== '').join(' · ')}
      </Text>
      {answer.text !== '' && state !== 'running' ? (
        <CopyIcon value={answer.text} what={t('playground.answer')} />
      ) : null}
    </Group>
  );
}

function ToolCallView({ call }: { call: ToolCall }) {
  const { t } = useTranslation();
  return (
    <div style={{ marginTop: 8 }}>
      <Group gap={6} mb={4}>
        <IconTool size={16} aria-hidden />
        <Text size="sm" fw={600}>
          {t('playground.toolCall', { name: call.name })}
        </Text>
      </Group>
      <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {formatJson(call.arguments)}
      </Code>
    </div>
  );
}

/** Indented where it is whole JSON already. */
function formatJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
