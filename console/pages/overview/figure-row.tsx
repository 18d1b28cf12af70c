import { Paper, Skeleton, Text } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { UsageTotals, usageRoutes } from '../../../contract/usage.ts';
import { useFormat } from '../../ui/use-format.ts';
import type { RequestsSearch } from '../requests/search.ts';
import { type Change, compareShares, compareValues } from './change.ts';
import classes from './overview.module.css';
import { type OverviewSearch, toRequestsSearch } from './search.ts';

type Usage = z.infer<NonNullable<typeof usageRoutes.summary.response>>;

interface Figure {
  readonly value: string;
  readonly note: string;
  readonly change?: Change | undefined;
  /** In percentage points instead of a relative change. */
  readonly inPoints?: boolean;
  /** Link to the requests that the figure counts. */
  readonly search: RequestsSearch;
}

const names = [
  'requests',
  'errorRate',
  'cost',
  'tokens',
  'cacheSavings',
  'failovers',
  'latency',
  'firstToken',
] as const;

/** Eight figures for the selected period, each with its change and a link to its requests. */
export function FigureRow({ usage, search }: { usage: Usage | undefined; search: OverviewSearch }) {
  const { t } = useTranslation();
  const figures = useFigures(usage, search);
  return (
    <div className={classes.figures}>
      {names.map((name) => (
        <Paper
          key={name}
          withBorder
          p="sm"
          radius="md"
          role="group"
          aria-label={t(`overview.figure.${name}`)}
          className={classes.figure ?? ''}
        >
          <Text size="xs" c="dimmed">
            {t(`overview.figure.${name}`)}
          </Text>
          {figures ? <FigureValue name={name} figure={figures[name]} /> : <Skeleton height={42} mt={6} />}
        </Paper>
      ))}
    </div>
  );
}

function FigureValue({ name, figure }: { name: (typeof names)[number]; figure: Figure }) {
  return (
    <>
      <Text
        fz="1.375rem"
        fw={600}
        lh={1.4}
        data-figure={name}
        className={classes.value ?? ''}
        renderRoot={(props) => <Link to="/requests" search={figure.search} {...props} />}
      >
        {figure.value}
      </Text>
      <Text size="xs" c="dimmed">
        {figure.note}
      </Text>
      {figure.change ? <ChangeNote change={figure.change} inPoints={figure.inPoints ?? false} /> : null}
    </>
  );
}

function ChangeNote({ change, inPoints }: { change: Change; inPoints: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const Icon = change.share > 0 ? IconArrowUpRight : IconArrowDownRight;
  const amount = Math.abs(change.share);
  const text = inPoints
    ? t('overview.points', { count: Math.round(amount * 1000) / 10, points: format.decimal(amount * 100) })
    : format.percent(amount);
  return (
    <Text
      size="xs"
      c={change.isBad ? 'var(--console-bad)' : 'dimmed'}
      component="div"
      data-change
      title={t('overview.changeHint')}
      style={{ display: 'flex', alignItems: 'center', gap: 2 }}
    >
      <Icon size={13} aria-hidden />
      {text}
      <span className="visually-hidden">{t(change.share > 0 ? 'overview.more' : 'overview.less')}</span>
    </Text>
  );
}

function useFigures(
  usage: Usage | undefined,
  search: OverviewSearch,
): Readonly<Record<(typeof names)[number], Figure>> | undefined {
  const { t } = useTranslation();
  const format = useFormat();
  if (usage === undefined) return undefined;
  const { totals, previous } = usage;
  const all = toRequestsSearch(search);
  const duration = (value: number | null) => (value === null ? '–' : format.duration(value));
  const tokens = (sums: UsageTotals | null) => sums && sums.inputTokens + sums.outputTokens;
  const errorRate = failureShare(totals);
  return {
    requests: {
      value: format.count(totals.requests),
      note: t('overview.aborted', { count: totals.aborts }),
      change: compareValues(totals.requests, previous?.requests),
      search: all,
    },
    errorRate: {
      value: errorRate === null ? '–' : format.percent(errorRate),
      note: t('overview.failed', { count: totals.failures }),
      change: compareShares(errorRate, previous && failureShare(previous)),
      inPoints: true,
      search: { ...all, outcome: 'failure' },
    },
    cost: {
      value: format.dollars(totals.cost),
      note: t('overview.listPrice'),
      change: compareValues(totals.cost, previous?.cost),
      search: { ...all, largest: 'cost' },
    },
    tokens: {
      value: format.compact(totals.inputTokens + totals.outputTokens),
      note: t('overview.tokensSplit', {
        input: format.compact(totals.inputTokens),
        output: format.compact(totals.outputTokens),
      }),
      change: compareValues(tokens(totals), tokens(previous)),
      search: { ...all, largest: 'tokens' },
    },
    cacheSavings: {
      value: format.dollars(totals.cacheSaved),
      note: t('overview.cacheShare', {
        share: totals.inputTokens === 0 ? '–' : format.percent(totals.cacheReadTokens / totals.inputTokens),
      }),
      change: compareValues(totals.cacheSaved, previous?.cacheSaved),
      search: all,
    },
    failovers: {
      value: format.dollars(totals.givenUpCost),
      note: t('overview.givenUpTokens', { tokens: format.compact(totals.givenUpTokens) }),
      change: compareValues(totals.givenUpCost, previous?.givenUpCost, true),
      search: all,
    },
    latency: {
      value: duration(totals.latencyP95),
      note: t('overview.mean', { value: duration(totals.latencyMean) }),
      change: compareValues(totals.latencyP95, previous?.latencyP95, true),
      search: { ...all, largest: 'duration' },
    },
    firstToken: {
      value: duration(totals.firstTokenP95),
      note: t('overview.mean', { value: duration(totals.firstTokenMean) }),
      change: compareValues(totals.firstTokenP95, previous?.firstTokenP95, true),
      search: { ...all, largest: 'duration' },
    },
  };
}

function failureShare({ requests, failures }: UsageTotals): number | null {
  return requests === 0 ? null : failures / requests;
}
