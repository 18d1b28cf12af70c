import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import * as format from './format.ts';

/** The formatters for the current language. */
export function useFormat() {
  const { i18n } = useTranslation();
  const language = i18n.language;
  return useMemo(
    () => ({
      count: (value: number) => format.formatCount(value, language),
      compact: format.formatCompact,
      tick: format.formatTick,
      rough: format.formatRough,
      decimal: (value: number) => format.formatDecimal(value, language),
      bytes: (bytes: number) => format.formatBytes(bytes, language),
      roughSpan: (milliseconds: number) => format.formatRoughSpan(milliseconds, language),
      day: (at: number) => format.formatDay(at, language),
      tokenLimit: format.formatTokenLimit,
      percent: (share: number) => format.formatPercent(share, language),
      dollars: (value: number) => format.formatDollars(value, language),
      cost: (value: number) => format.formatCost(value, language),
      duration: (milliseconds: number) => format.formatDuration(milliseconds, language),
      span: (milliseconds: number) => format.formatSpan(milliseconds, language),
      relative: (at: number, now: number) => format.formatRelative(at, now, language),
      log: (at: number, now: number) => format.formatLogTime(at, now, language),
      clock: (at: number) => format.formatClock(at, language),
      moment: (at: number) => format.formatMoment(at, language),
      time: (at: number) => format.formatTime(at, language),
    }),
    [language],
  );
}
