import { Anchor, Popover, Stack, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { standingTone, wordStanding } from '../pages/credentials/standing.ts';
import { StateDot } from '../ui/state-dot.tsx';
import { Countdown } from '../ui/time.tsx';
import { useFormat } from '../ui/use-format.ts';
import type { Health, Trouble } from './health.ts';
import classes from './health-strip.module.css';

/** A strip above every page while the gateway has a problem: what it is, until when, and why. */
export function HealthStrip({ health, nextReadyAt }: { health: Health; nextReadyAt: number | null }) {
  const strip = useStripHeight();
  if (health.level === 'good') return null;
  const Icon = health.level === 'unreachable' ? IconPlugConnectedX : IconAlertTriangle;
  return (
    <div ref={strip} className={classes.strip} data-level={health.level} role="status">
      <Icon size={17} aria-hidden />
      <StripText health={health} nextReadyAt={nextReadyAt} />
    </div>
  );
}

/** Publishes the strip's height for other elements that stick to the top of the window. */
function useStripHeight() {
  return useCallback((element: HTMLElement | null) => {
    if (element === null) return;
    const { style } = document.documentElement;
    const observer = new ResizeObserver(() => style.setProperty('--strip-height', `${element.offsetHeight}px`));
    observer.observe(element);
    return () => {
      observer.disconnect();
      style.removeProperty('--strip-height');
    };
  }, []);
}

function StripText({ health, nextReadyAt }: { health: Health; nextReadyAt: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  switch (health.level) {
    case 'good':
      return null;
    case 'empty':
      return (
        <>
          <span className={classes.message}>{t('health.empty')}</span>
          <Link to="/credentials" className={classes.why ?? ''}>
            {t('credentials.add')}
          </Link>
        </>
      );
    case 'not-stored':
      return (
        <>
          <span className={classes.message}>{t('health.notStored')}</span>
          <span>{health.reason}</span>
        </>
      );
    case 'not-shared':
      return (
        <>
          <span className={classes.message}>{t('health.notShared')}</span>
          <Link to="/settings" search={{ tab: 'replicas' }} className={classes.why ?? ''}>
            {t('health.openReplicas')}
          </Link>
        </>
      );
    case 'unreachable':
      return (
        <>
          <span className={classes.message}>{t('health.unreachable', { time: format.clock(health.since) })}</span>
          <span>{t('health.reconnecting')}</span>
        </>
      );
    default:
      return (
        <>
          <span className={classes.message}>
            {health.level === 'dry' ? t('health.dry') : t('health.scarce', { able: health.able, total: health.total })}
          </span>
          {nextReadyAt === null ? null : (
            <span>
              {t('health.nextBack')} <Countdown until={nextReadyAt} />
            </span>
          )}
          <Why troubles={health.troubles} />
        </>
      );
  }
}

function Why({ troubles }: { troubles: readonly Trouble[] }) {
  const { t } = useTranslation();
  return (
    <Popover position="bottom-end" shadow="md" withArrow trapFocus>
      <Popover.Target>
        <UnstyledButton className={classes.why ?? ''}>{t('health.why')}</UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('health.why')}>
        <Stack gap={6}>
          {troubles.map(({ standing, count }) => (
            <Anchor
              key={standing}
              size="sm"
              c="inherit"
              renderRoot={(props) => <Link to="/credentials" search={{ state: standing }} {...props} />}
            >
              <StateDot tone={standingTone(standing)}>
                {wordStanding(standing, t)} · {count}
              </StateDot>
            </Anchor>
          ))}
          <Anchor size="sm" mt={4} renderRoot={(props) => <Link to="/credentials" {...props} />}>
            {t('health.openCredentials')}
          </Anchor>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
