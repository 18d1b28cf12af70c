import type { AlertRule } from '../../contract/alerts.ts';

/** A condition that a rule looks for and that currently holds. */
export type Condition = {
  /** Unique: the rule and the object that it is about. */
  readonly key: string;
  /** How long it must hold before it is reported; milliseconds. */
  readonly minDuration: number;
  /** The credential or key that it is about; empty for the gateway itself. */
  readonly name: string;
  /** Whether its end is reported, too. */
  readonly reportsEnd: boolean;
} & ConditionFacts;

/** The data for the message. */
export type ConditionFacts =
  | { readonly rule: 'poolReady'; readonly able: number; readonly total: number; readonly nextAt: number | null }
  | { readonly rule: 'tokenInvalid' }
  | { readonly rule: 'tokenExpiring'; readonly at: number; readonly isOver: boolean }
  | { readonly rule: 'credits'; readonly percent: number }
  | {
      readonly rule: 'keyBudget';
      readonly percent: 80 | 100;
      readonly period: 'day' | 'month';
      readonly unit: 'tokens' | 'dollars';
      readonly used: number;
      readonly limit: number;
      /** When the period ends. */
      readonly resetsAt: number;
    }
  | { readonly rule: 'keyExpiring'; readonly at: number }
  | { readonly rule: 'errorRate'; readonly percent: number; readonly failures: number; readonly requests: number }
  | { readonly rule: 'backupFailed'; readonly at: number; readonly reason: string }
  | { readonly rule: 'storage'; readonly reason: string };

/** The severity of each rule, which determines the colour of a message. */
export const levels: Readonly<Record<AlertRule, 'bad' | 'warning'>> = {
  poolReady: 'bad',
  tokenInvalid: 'bad',
  tokenExpiring: 'warning',
  credits: 'warning',
  keyBudget: 'warning',
  keyExpiring: 'warning',
  errorRate: 'bad',
  backupFailed: 'bad',
  storage: 'bad',
};
