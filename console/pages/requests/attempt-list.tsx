import { Text, Timeline } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Attempt } from '../../../contract/requests.ts';
import { StateDot, type Tone } from '../../ui/state-dot.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { wordAttempt, wordChoice, wordObstacle } from './words.ts';

/** The walk through the pool: who was asked, why, what came back; and who was passed over. */
export function AttemptList({ attempts, start }: { attempts: readonly Attempt[]; start: number }) {
  const { t } = useTranslation();
  if (attempts.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('requests.noAttempts')}
      </Text>
    );
  }
  return (
    <Timeline bulletSize={10} lineWidth={2} color="gray">
      {attempts.map((attempt) => (
        <Timeline.Item
          key={`${attempt.credentialId}-${attempt.startedAt}`}
          title={<AttemptTitle attempt={attempt} />}
          lineVariant="solid"
        >
          <AttemptText attempt={attempt} start={start} />
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function toneOf(outcome: string): Tone {
  if (outcome === 'success') return 'good';
  return outcome === 'aborted' || outcome === 'client' ? 'idle' : 'bad';
}

function AttemptTitle({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Text size="sm" fw={600} component="span" style={{ display: 'flex', flexWrap: 'wrap', columnGap: 12 }}>
      <span style={{ overflowWrap: 'anywhere' }}>{attempt.credentialLabel}</span>
      <StateDot tone={toneOf(attempt.outcome)}>
        <Text component="span" size="sm">
          {wordAttempt(attempt.outcome, t)}
          {attempt.status === null ? '' : ` · ${attempt.status}`} · {format.duration(attempt.milliseconds)}
        </Text>
      </StateDot>
    </Text>
  );
}

function AttemptText({ attempt, start }: { attempt: Attempt; start: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <Text size="xs" c="dimmed">
        {wordChoice(attempt.reason, t)} · {attempt.model} · +{format.duration(Math.max(0, attempt.startedAt - start))}
        {attempt.waited > 0 ? ` · ${t('requests.waited', { time: format.duration(attempt.waited) })}` : ''}
      </Text>
      {attempt.message ? (
        <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
          {attempt.message}
        </Text>
      ) : null}
      {attempt.skipped.map((skipped) => (
        <Text key={skipped.credentialId} size="xs" c="dimmed">
          {t('requests.skipped', { name: skipped.credentialLabel, reason: wordObstacle(skipped.reason, t) })}
        </Text>
      ))}
    </>
  );
}
