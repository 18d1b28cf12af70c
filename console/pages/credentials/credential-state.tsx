import { Button, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { standingOf } from '../../../contract/credential-standing.ts';
import type { Credential } from '../../../contract/credentials.ts';
import { StateDot } from '../../ui/state-dot.tsx';
import { Countdown } from '../../ui/time.tsx';
import { standingTone, wordStanding } from './standing.ts';

/** State, cause and countdown, with the upstream's message below. */
interface CredentialStateProps {
  readonly credential: Credential;
  /** Offset of the gateway's clock from this machine's; milliseconds. */
  readonly skew: number;
  readonly onReplace: () => void;
}

export function CredentialStateCell({ credential, skew, onReplace }: CredentialStateProps) {
  const { t } = useTranslation();
  const standing = standingOf(credential);
  const { state } = credential;
  const cooling = credential.enabled && state.name === 'cooling' && state.until !== undefined;
  return (
    <div style={{ minWidth: 0, maxWidth: 300 }}>
      <StateDot tone={standingTone(standing)}>
        <span className="two-lines" title={wordStanding(standing, t)}>
          {wordStanding(standing, t)}
        </span>
      </StateDot>
      {cooling && state.until !== undefined ? (
        <Text size="xs" c="dimmed">
          <Countdown until={state.until - skew} />
        </Text>
      ) : null}
      {state.evidence && state.name !== 'ready' ? <Evidence {...state.evidence} /> : null}
      {standing === 'invalid' ? (
        <Button size="compact-xs" variant="default" mt={4} onClick={onReplace}>
          {t('credentials.replaceToken')}
        </Button>
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
