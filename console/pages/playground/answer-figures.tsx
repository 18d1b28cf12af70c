import { ActionIcon, Anchor, Group, Text, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { requestRoutes } from '../../../contract/requests.ts';
import { call } from '../../api.ts';
import { CopyIcon } from '../../ui/copy-button.tsx';
import { useFormat } from '../../ui/use-format.ts';

import type { AssistantTurn } from './turns.ts';

/** The figures below an answer: model, times, tokens, speed, price, and a link to the trace. */
export function AnswerFigures({ turn, onRetry }: { turn: AssistantTurn; onRetry?: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { answer, times, state, requestId } = turn;
  const running = state === 'running';
  const cost = useCost(running ? null : requestId);
  const speed = tokensPerSecond(turn);
  const parts = [
    turn.model,
    times.firstToken === null ? '' : t('playground.firstToken', { time: format.duration(times.firstToken) }),
    times.total === 0 ? '' : t('playground.total', { time: format.duration(times.total) }),
    answer.usage === null
      ? ''
      : t('playground.tokens', { input: format.count(answer.usage.input), output: format.count(answer.usage.output) }),
    speed === undefined ? '' : t('playground.speed', { speed: format.count(Math.round(speed)) }),
    cost === undefined ? '' : format.dollars(cost),
    state === 'stopped' ? t('playground.stopped') : '',
  ];
  return (
    <Group gap={4} mt={6} align="center" mih={28}>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {parts.filter((part) => part !== '').join(' · ')}
      </Text>
      {running ? null : (
        <Group gap={4} wrap="nowrap">
          {answer.text === '' ? null : <CopyIcon value={answer.text} what={t('playground.answer')} />}
          {onRetry && state !== 'failed' ? (
            <Tooltip label={t('playground.regenerate')}>
              <ActionIcon variant="subtle" color="gray" onClick={onRetry} aria-label={t('playground.regenerate')}>
                <IconRefresh size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          ) : null}
          {requestId === null ? null : (
            <Anchor size="xs" renderRoot={(props) => <Link to="/requests" search={{ id: requestId }} {...props} />}>
              {t('playground.trace')}
            </Anchor>
          )}
        </Group>
      )}
    </Group>
  );
}

const maxLooks = 10;
/** Milliseconds. */
const lookInterval = 500;

/** Output tokens per second, counted from the first token. */
export function tokensPerSecond({ answer, times }: Pick<AssistantTurn, 'answer' | 'times'>): number | undefined {
  if (answer.usage === null || times.firstToken === null) return undefined;
  const seconds = (times.total - times.firstToken) / 1000;
  return seconds < 0.05 || answer.usage.output < 2 ? undefined : answer.usage.output / seconds;
}

/** The cost from the ledger, which is written after the answer: asks for it again until it is there. */
function useCost(requestId: string | null): number | undefined {
  const query = useQuery({
    queryKey: ['request-cost', requestId],
    queryFn: ({ signal }) => call(requestRoutes.list, { query: { search: requestId ?? '', limit: 1 } }, signal),
    enabled: requestId !== null,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) =>
      state.data?.requests.length === 0 && state.dataUpdateCount < maxLooks ? lookInterval : false,
  });
  return query.data?.requests[0]?.cost ?? undefined;
}
