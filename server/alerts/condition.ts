import type { AlertRule } from '../../contract/alerts.ts';

/** Something that a rule looks for and that holds now. */
export type Condition = {
  /** Tells it from every other: the rule and what it is about. */
  readonly key: string;
  /** How long it must hold before it is told; milliseconds. */
  readonly patience: number;
  /** What it is about: a credential, a key; empty for the gateway itself. */
  readonly name: string;
  /** Its end is told, too. */
  readonly endsAloud: boolean;
} & ConditionFacts;

/** What the words are made of. */
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
      /** When the period is over. */
      readonly resetsAt: number;
    }
  | { readonly rule: 'keyExpiring'; readonly at: number }
  | { readonly rule: 'errorRate'; readonly percent: number; readonly failures: number; readonly requests: number }
  | { readonly rule: 'backupFailed'; readonly at: number; readonly reason: string }
  | { readonly rule: 'storage'; readonly reason: string };

/** How bad a rule's finding is, for the colour of a message. */
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
