import { Alert, Button, Code, Group, Spoiler, Text } from '@mantine/core';
import { IconAlertTriangle, IconTool } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ToolCall } from '../../chat/answer.ts';
import { LazyMarkdown } from '../../ui/markdown/lazy-markdown.tsx';
import { AnswerFigures } from './answer-figures.tsx';
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
      <div className={running ? (classes.cursor ?? '') : ''}>
        <LazyMarkdown text={answer.text} />
      </div>
      {answer.images.length === 0 ? null : (
        <div className={`${classes.images} ${classes.generated}`}>
          {answer.images.map((url) => (
            <img key={url} src={url} alt={t('playground.generatedImage')} />
          ))}
        </div>
      )}
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
      <AnswerFigures turn={turn} {...(onRetry ? { onRetry } : {})} />
    </article>
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

/** Pretty-prints complete JSON. */
function formatJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
