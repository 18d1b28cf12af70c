import type { AlertRule } from '../../../contract/alerts.ts';
import type { Condition } from '../condition.ts';

/** Formats values in a language. */
export interface ValueWords {
  readonly time: (milliseconds: number) => string;
  readonly number: (value: number) => string;
  readonly dollars: (value: number) => string;
}

/** The texts of one language. */
export interface AlertWords {
  /** One line that describes the problem. */
  readonly condition: (condition: Condition, values: ValueWords) => string;
  /** One line that says that the problem is over. */
  readonly ended: Readonly<Record<AlertRule, (name: string) => string>>;
  readonly title: (lines: number) => string;
  readonly endedTitle: string;
  readonly more: (lines: number) => string;
  readonly testTitle: string;
  readonly testText: string;
}
