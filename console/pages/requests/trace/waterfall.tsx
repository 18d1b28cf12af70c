import { Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Attempt, RequestDetail } from '../../../../contract/requests.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { wordAttempt, wordChoice, wordObstacle } from '../words.ts';
import { type Bar, layOutTrace, placeOf, type TraceLayout } from './lay-out.ts';
import classes from './trace.module.css';

/** The attempts on one time axis: credential, route, duration and outcome. */
export function Waterfall({ request }: { request: RequestDetail }) {
  const { t } = useTranslation();
  const layout = layOutTrace(request);
  if (layout.bars.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('requests.noAttempts')}
      </Text>
    );
  }
  return (
    <ol className={classes.waterfall} aria-label={t('requests.attempts')}>
      <Axis layout={layout} />
      {layout.bars.map((bar, index) => (
        <Row
          key={`${bar.attempt.credentialId}-${bar.attempt.route}-${bar.attempt.startedAt}`}
          bar={bar}
          previous={layout.bars[index - 1]}
          layout={layout}
          model={request.model}
        />
      ))}
    </ol>
  );
}

function Axis({ layout: { ticks, end } }: { layout: TraceLayout }) {
  const format = useFormat();
  return (
    <li className={classes.axis} aria-hidden>
      <div className={classes.ticks}>
        {ticks.map((tick) => (
          <span key={tick} style={{ left: `${placeOf(tick, end)}%` }} data-last={placeOf(tick, end) > 92 || undefined}>
            {tick === 0 ? '0' : format.duration(tick)}
          </span>
        ))}
      </div>
    </li>
  );
}

interface RowProps {
  readonly bar: Bar;
  readonly previous: Bar | undefined;
  readonly layout: TraceLayout;
  /** The requested model. */
  readonly model: string;
}

function Row({ bar, previous, layout, model }: RowProps) {
  return (
    <li className={classes.row} data-attempt={bar.attempt.outcome}>
      <About attempt={bar.attempt} model={model} />
      <Track bar={bar} previous={previous} layout={layout} />
    </li>
  );
}

function About({ attempt, model }: { attempt: Attempt; model: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = [
    attempt.route,
    attempt.model === model ? '' : attempt.model,
    wordChoice(attempt.reason, t),
    attempt.waited > 0 ? t('requests.waited', { time: format.duration(attempt.waited) }) : '',
    attempt.givenUp === undefined
      ? ''
      : t('requests.givenUp', {
          tokens: format.count(attempt.givenUp.inputTokens + attempt.givenUp.outputTokens),
          cost: attempt.givenUp.cost === null ? '–' : format.dollars(attempt.givenUp.cost),
        }),
  ];
  return (
    <div className={classes.about}>
      <Text
        size="sm"
        className={classes.name ?? ''}
        renderRoot={(props) => <Link to="/requests" search={{ credential: attempt.credentialId }} {...props} />}
      >
        {attempt.credentialLabel}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {parts.filter((part) => part !== '').join(' · ')}
      </Text>
      {attempt.message ? (
        <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
          {attempt.message}
        </Text>
      ) : null}
      <Skipped skipped={attempt.skipped} />
    </div>
  );
}

/** The number of skipped credentials, expandable to show the reasons. */
function Skipped({ skipped }: { skipped: Attempt['skipped'] }) {
  const { t } = useTranslation();
  const [opened, { toggle }] = useDisclosure(false);
  if (skipped.length === 0) return null;
  const Icon = opened ? IconChevronDown : IconChevronRight;
  return (
    <>
      <UnstyledButton onClick={toggle} aria-expanded={opened}>
        <Text size="xs" c="dimmed" component="span" style={{ display: 'inline-flex', alignItems: 'center', gap: 2 }}>
          <Icon size={12} aria-hidden />
          {t('requests.skippedCount', { count: skipped.length })}
        </Text>
      </UnstyledButton>
      {opened
        ? skipped.map(({ credentialId, credentialLabel, reason }) => (
            <Text key={`${credentialId} ${reason}`} size="xs" c="dimmed" pl={14} style={{ overflowWrap: 'anywhere' }}>
              {t('requests.skipped', { name: credentialLabel, reason: wordObstacle(reason, t) })}
            </Text>
          ))
        : null}
    </>
  );
}

function Track({ bar, previous, layout: { end, ticks } }: Pick<RowProps, 'bar' | 'previous' | 'layout'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const at = (time: number) => `${placeOf(time, end)}%`;
  const width = (from: number, to: number) => `${placeOf(to, end) - placeOf(from, end)}%`;
  const { attempt, start, waitedFrom, firstToken } = bar;
  const words = [
    wordAttempt(attempt.outcome, t),
    ...(attempt.status === null ? [] : [String(attempt.status)]),
    format.duration(attempt.milliseconds),
  ].join(' · ');
  const isBeside = placeOf(bar.end, end) < 60;
  return (
    <div className={classes.track}>
      {ticks.map((tick) => (
        <span key={tick} className={classes.line} style={{ left: at(tick) }} />
      ))}
      {previous ? <span className={classes.arrive} style={{ left: at(previous.end) }} data-failover /> : null}
      {waitedFrom < start ? (
        <span className={classes.wait} style={{ left: at(waitedFrom), width: width(waitedFrom, start) }} />
      ) : null}
      <span
        className={classes.bar}
        data-tone={bar.tone}
        style={{ left: at(start), width: width(start, bar.end) }}
        title={words}
      >
        {firstToken === null ? null : (
          <span
            className={classes.silent}
            style={{ width: `${placeOf(firstToken - start, bar.end - start)}%` }}
            title={`${t('requests.firstToken')}: ${format.duration(firstToken)}`}
          />
        )}
      </span>
      <span
        className={classes.figure}
        data-beside={isBeside || undefined}
        style={isBeside ? { left: `calc(${at(bar.end)} + 8px)` } : { right: `calc(100% - ${at(bar.end)} + 6px)` }}
      >
        {words}
      </span>
      {bar.failedOver ? <span className={classes.leave} style={{ left: at(bar.end) }} /> : null}
    </div>
  );
}
