import { Button, Group, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { StateDot } from '../../ui/state-dot.tsx';

interface LiveBarProps {
  readonly isPaused: boolean;
  readonly isHeld: boolean;
  readonly fresh: number;
  readonly onPause: (paused: boolean) => void;
  readonly onShow: () => void;
}

/** Shows whether the newest page updates live, the number of new requests while it does not, and a pause button. */
export function LiveBar({ isPaused, isHeld, fresh, onPause, onShow }: LiveBarProps) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" mih={30}>
      <Text size="xs" c="dimmed" component="span">
        <StateDot tone={isPaused ? 'warn' : isHeld ? 'idle' : 'good'}>
          {t(isPaused ? 'requests.paused' : isHeld ? 'requests.held' : 'requests.live')}
        </StateDot>
      </Text>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={isPaused ? <IconPlayerPlay size={13} aria-hidden /> : <IconPlayerPause size={13} aria-hidden />}
        onClick={() => onPause(!isPaused)}
      >
        {t(isPaused ? 'requests.resume' : 'requests.pause')}
      </Button>
      {fresh > 0 ? (
        <Button size="compact-xs" variant="light" onClick={onShow}>
          {t('requests.fresh', { count: fresh })}
        </Button>
      ) : null}
    </Group>
  );
}
