import { Text, Tooltip } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Credential } from '../../../contract/credentials.ts';
import { StateDot, type Tone } from '../../ui/state-dot.tsx';
import { Countdown } from '../../ui/time.tsx';

/** What a credential can do now, since the admin's own switches count before the pool's findings. */
export function summariseState(credential: Credential, t: TFunction): { tone: Tone; text: string } {
  if (!credential.enabled) return { tone: 'idle', text: t('credentials.stateDisabled') };
  const { state } = credential;
  if (state.name === 'invalid') return { tone: 'bad', text: t('credentials.stateInvalid') };
  if (state.name === 'blocked') return { tone: 'bad', text: t('credentials.stateBlocked') };
  if (credential.draining) return { tone: 'warn', text: t('credentials.stateDraining') };
  if (state.name === 'ready') return { tone: 'good', text: t('credentials.stateReady') };
  return { tone: 'warn', text: state.cause ? t(`credentials.cause.${state.cause}`) : t('credentials.stateCooling') };
}

/** State, cause and countdown; below them what the upstream said. */
export function CredentialStateCell({ credential, skew }: { credential: Credential; skew: number }) {
  const { t } = useTranslation();
  const { tone, text } = summariseState(credential, t);
  const { state } = credential;
  const cooling = credential.enabled && state.name === 'cooling' && state.until !== undefined;
  return (
    <div style={{ maxWidth: 240 }}>
      <StateDot tone={tone}>
        {text}
        {cooling && state.until !== undefined ? (
          <Text component="span" size="sm" c="dimmed">
            <Countdown until={state.until - skew} />
          </Text>
        ) : null}
      </StateDot>
      {state.evidence && state.name !== 'ready' ? <Evidence {...state.evidence} /> : null}
      {state.models.length > 0 ? (
        <Tooltip
          multiline
          maw={360}
          label={state.models
            .map((item) => `${item.model}: ${item.message ?? t(`credentials.cause.${item.cause}`)}`)
            .join('\n')}
          style={{ whiteSpace: 'pre-line' }}
        >
          <Text size="xs" c="dimmed">
            {t('credentials.modelsLimited', { count: state.models.length })}
          </Text>
        </Tooltip>
      ) : null}
    </div>
  );
}

function Evidence({ status, message }: { status?: number | undefined; message: string }) {
  const text = status === undefined ? message : `${status} · ${message}`;
  return (
    <Tooltip label={text} multiline maw={360}>
      <Text size="xs" c="dimmed" className="truncate">
        {text}
      </Text>
    </Tooltip>
  );
}
