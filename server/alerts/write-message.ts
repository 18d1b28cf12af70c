import type { AlertSettings } from '../../contract/alerts.ts';
import type { MemoryEntry } from './alert-memory.ts';
import { type Condition, levels } from './condition.ts';
import { en } from './words/en.ts';
import type { AlertWords, ValueWords } from './words/words.ts';
import { zhCn } from './words/zh-cn.ts';

/** A message, independent of the channel. */
export interface AlertMessage {
  readonly type: 'alert' | 'ended' | 'test';
  readonly level: 'bad' | 'warning' | 'good';
  readonly title: string;
  readonly lines: readonly string[];
  /** The console's page, if the gateway knows its own address. */
  readonly link: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

type Locale = Pick<AlertSettings, 'language' | 'timeZone'>;

const languages: Readonly<Record<AlertSettings['language'], AlertWords>> = { en, 'zh-CN': zhCn };
/** Maximum number of lines of one message. The console shows everything. */
const maxLines = 20;

export interface MessageContext extends Locale {
  readonly link: string | undefined;
  readonly now: number;
}

/** One message for everything to report now; undefined if there is nothing. */
export function writeAlert(conditions: readonly Condition[], context: MessageContext): AlertMessage | undefined {
  if (conditions.length === 0) return undefined;
  const words = languages[context.language];
  const values = createValueWords(context);
  return {
    type: 'alert',
    level: conditions.some(({ rule }) => levels[rule] === 'bad') ? 'bad' : 'warning',
    title: words.title(conditions.length),
    lines: shortenLines(
      conditions.map((condition) => words.condition(condition, values)),
      words,
    ),
    link: context.link,
    at: context.now,
  };
}

export function writeEnd(ended: readonly MemoryEntry[], context: MessageContext): AlertMessage | undefined {
  if (ended.length === 0) return undefined;
  const words = languages[context.language];
  const lines = shortenLines(
    ended.map(({ rule, name }) => words.ended[rule](name)),
    words,
  );
  return { type: 'ended', level: 'good', title: words.endedTitle, lines, link: context.link, at: context.now };
}

export function writeTest(context: MessageContext): AlertMessage {
  const { testTitle, testText } = languages[context.language];
  return { type: 'test', level: 'good', title: testTitle, lines: [testText], link: context.link, at: context.now };
}

function shortenLines(lines: readonly string[], words: AlertWords): string[] {
  if (lines.length <= maxLines) return [...lines];
  return [...lines.slice(0, maxLines), words.more(lines.length - maxLines)];
}

function createValueWords({ language, timeZone }: Locale): ValueWords {
  const time = new Intl.DateTimeFormat(language, {
    timeZone: isTimeZone(timeZone) ? timeZone : 'UTC',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const dollars = new Intl.NumberFormat(language, { style: 'currency', currency: 'USD' });
  return {
    time: (milliseconds) => time.format(milliseconds),
    number: (value) => number.format(value),
    dollars: (value) => dollars.format(value),
  };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
