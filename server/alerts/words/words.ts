import type { AlertRule } from '../../../contract/alerts.ts';
import type { Condition } from '../condition.ts';

/** What a language needs to put values into words. */
export interface ValueWords {
  readonly time: (milliseconds: number) => string;
  readonly number: (value: number) => string;
  readonly dollars: (value: number) => string;
}

/** The messages of one language. */
export interface AlertWords {
  /** One line: what is the matter. */
  readonly condition: (condition: Condition, values: ValueWords) => string;
  /** One line: it is over. */
  readonly ended: Readonly<Record<AlertRule, (name: string) => string>>;
  readonly title: (lines: number) => string;
  readonly endedTitle: string;
  readonly more: (lines: number) => string;
  readonly testTitle: string;
  readonly testText: string;
}
