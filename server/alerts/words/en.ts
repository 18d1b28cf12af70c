import type { Condition } from '../condition.ts';
import type { AlertWords, ValueWords } from './words.ts';

function describeCondition(condition: Condition, { time, number, dollars }: ValueWords): string {
  const { name } = condition;
  switch (condition.rule) {
    case 'poolReady': {
      const next = condition.nextAt === null ? '' : ` The next one will be ready at ${time(condition.nextAt)}.`;
      return `${condition.able} of ${condition.total} credentials are ready.${next}`;
    }
    case 'tokenInvalid':
      return `Atlassian rejects the token of “${name}”. Replace it on the Credentials page.`;
    case 'tokenExpiring':
      return condition.isOver
        ? `The token of “${name}” expired at ${time(condition.at)}. Replace it on the Credentials page.`
        : `The token of “${name}” expires at ${time(condition.at)}. Create a new one in time.`;
    case 'credits':
      return `“${name}” has ${condition.percent} % of its credits left.`;
    case 'keyBudget': {
      const { period, unit, used, limit, resetsAt, percent } = condition;
      const word = unit === 'dollars' ? dollars : (value: number) => `${number(value)} tokens`;
      const spent = percent === 100 ? 'has used up its budget' : 'has used 80 % of its budget';
      return `The key “${name}” ${spent}: ${word(used)} of ${word(limit)} a ${period}. It resets at ${time(resetsAt)}.`;
    }
    case 'keyExpiring':
      return `The key “${name}” expires at ${time(condition.at)}.`;
    case 'errorRate':
      return `${condition.percent} % of the requests failed in the last 10 minutes: ${number(condition.failures)} of ${number(condition.requests)}.`;
    case 'backupFailed':
      return `The backup of ${time(condition.at)} failed: ${condition.reason}`;
    case 'storage':
      return `Changes cannot be stored: ${condition.reason}`;
  }
}

export const en: AlertWords = {
  condition: describeCondition,
  ended: {
    poolReady: () => 'Enough credentials are ready again.',
    tokenInvalid: (name) => `“${name}” works again, or is no longer used.`,
    tokenExpiring: (name) => `The token of “${name}” no longer expires soon.`,
    credits: (name) => `“${name}” has credits again.`,
    keyBudget: (name) => `The key “${name}” is within its budget again.`,
    keyExpiring: (name) => `The key “${name}” no longer expires soon.`,
    errorRate: () => 'Requests succeed again.',
    backupFailed: () => 'Backups succeed again.',
    storage: () => 'Changes can be stored again.',
  },
  title: (lines) => (lines === 1 ? 'Atlassian Proxy: alert' : `Atlassian Proxy: ${lines} alerts`),
  endedTitle: 'Atlassian Proxy: all clear',
  more: (lines) => `… and ${lines} more`,
  testTitle: 'Atlassian Proxy: test',
  testText: 'Alerts arrive here.',
};
