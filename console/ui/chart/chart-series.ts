import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { nameValue } from '../name-value.ts';
import { shortenModels } from '../short-models.ts';
import { type ChartKind, nameStack, type UsageStack } from './chart-data.ts';

/** One line, area or bar of a chart. */
export interface ChartLine {
  /** Key in a row. */
  readonly name: string;
  readonly label: string;
  /** A Mantine colour. */
  readonly color: string;
  /** The value it shows, if the page can be filtered by it. */
  readonly value?: string;
}

const stackColors = ['accent.5', 'teal.6', 'orange.6', 'grape.5', 'cyan.6'];
const restColor = 'gray.5';

type LineName = 'good' | 'failed' | 'errorRate' | 'cached' | 'fresh' | 'latencyP95' | 'latencyMean' | 'firstTokenP95';

const colors: Readonly<Record<LineName, string>> = {
  good: 'accent.5',
  failed: 'red.5',
  errorRate: 'red.5',
  cached: 'teal.6',
  fresh: 'accent.5',
  latencyP95: 'accent.5',
  latencyMean: 'accent.3',
  firstTokenP95: 'orange.6',
};

const lineNames = {
  requests: ['good', 'failed'],
  errorRate: ['errorRate'],
  cache: ['cached', 'fresh'],
  latency: ['latencyP95', 'latencyMean', 'firstTokenP95'],
} as const satisfies Partial<Record<ChartKind, readonly LineName[]>>;

/** The series of a chart, with labels and colours. */
export function useChartSeries(kind: ChartKind, stacks: readonly UsageStack[]): readonly ChartLine[] {
  const { t } = useTranslation();
  if (kind === 'cost' || kind === 'tokens') return nameStacks(stacks, t);
  return lineNames[kind].map((name) => ({ name, label: t(`overview.line.${name}`), color: colors[name] }));
}

function nameStacks(stacks: readonly UsageStack[], t: TFunction): ChartLine[] {
  const short = shortenModels(stacks.map(({ label }) => label));
  return stacks.map(({ value, label }, place) => ({
    name: nameStack(place),
    label: value === null ? t('overview.rest') : nameValue('model', short.get(label) ?? label, t),
    color: value === null ? restColor : (stackColors[place] ?? restColor),
    ...(value === null || value === '' ? {} : { value }),
  }));
}
