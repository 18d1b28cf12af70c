import type { Key, KeyLimits } from '../../../contract/keys.ts';
import { fromLocalText, toLocalText } from '../../ui/local-text.ts';

export const numberLimits = [
  'requestsPerMinute',
  'tokensPerMinute',
  'concurrentRequests',
  'tokensPerDay',
  'tokensPerMonth',
  'dollarsPerDay',
  'dollarsPerMonth',
] as const;
export type NumberLimit = (typeof numberLimits)[number];

/** How long content of a key is logged from now on; `keep` leaves it unchanged. */
export const loggingSpans = { off: 0, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;
export type LoggingChoice = 'keep' | keyof typeof loggingSpans;

/** The form's values; an empty field means no limit. */
export interface KeyValues {
  name: string;
  /** Local time as `2026-05-01 09:30:00`; empty = never. */
  expiresAt: string;
  limits: Record<NumberLimit, number | string>;
  models: string[];
  addresses: string[];
  promptCaching: 'default' | NonNullable<Key['promptCaching']>;
  logging: LoggingChoice;
}

export function showKey(key: Key | undefined): KeyValues {
  const shown = (name: NumberLimit) => key?.limits[name] ?? '';
  return {
    name: key?.name ?? '',
    expiresAt: key?.expiresAt ? toLocalText(key.expiresAt, true) : '',
    limits: {
      requestsPerMinute: shown('requestsPerMinute'),
      tokensPerMinute: shown('tokensPerMinute'),
      concurrentRequests: shown('concurrentRequests'),
      tokensPerDay: shown('tokensPerDay'),
      tokensPerMonth: shown('tokensPerMonth'),
      dollarsPerDay: shown('dollarsPerDay'),
      dollarsPerMonth: shown('dollarsPerMonth'),
    },
    models: key?.limits.models ?? [],
    addresses: key?.limits.addresses ?? [],
    promptCaching: key?.promptCaching ?? 'default',
    logging: key?.contentLoggingUntil ? 'keep' : 'off',
  };
}

function readLimit(value: number | string): number | null {
  return value === '' ? null : Number(value);
}

/** Converts the form's values for the contract. */
export function readKey(values: KeyValues, now: number) {
  const { limits, logging } = values;
  const read: KeyLimits = {
    requestsPerMinute: readLimit(limits.requestsPerMinute),
    tokensPerMinute: readLimit(limits.tokensPerMinute),
    concurrentRequests: readLimit(limits.concurrentRequests),
    tokensPerDay: readLimit(limits.tokensPerDay),
    tokensPerMonth: readLimit(limits.tokensPerMonth),
    dollarsPerDay: readLimit(limits.dollarsPerDay),
    dollarsPerMonth: readLimit(limits.dollarsPerMonth),
    models: values.models.length === 0 ? null : values.models,
    addresses: values.addresses.length === 0 ? null : values.addresses,
  };
  const span = logging === 'keep' ? undefined : loggingSpans[logging];
  return {
    name: values.name,
    expiresAt: fromLocalText(values.expiresAt),
    limits: read,
    promptCaching: values.promptCaching === 'default' ? null : values.promptCaching,
    ...(span !== undefined && { contentLoggingUntil: span === 0 ? null : now + span }),
  };
}
