import { type AlertRules, type AlertSettings, alertRules, alertSettings } from '../../contract/alerts.ts';
import { isRecord } from '../lib/json.ts';
import { readKnownFields } from '../lib/read-known-fields.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';

const defaults: AlertSettings = {
  rules: {
    poolReady: { enabled: true, below: 1 },
    tokenInvalid: { enabled: true },
    tokenExpiring: { enabled: true, days: 14 },
    credits: { enabled: true, below: 10 },
    keyBudget: { enabled: true },
    keyExpiring: { enabled: true, days: 7 },
    errorRate: { enabled: true, above: 20, requests: 20 },
    backupFailed: { enabled: true },
    storage: { enabled: true },
  },
  language: 'en',
  timeZone: 'UTC',
  quietMinutes: 360,
  allowPrivate: false,
};

/** Merges the stored settings with the defaults. Invalid rules get the default. */
export function readAlertSettings(stored: unknown): AlertSettings {
  const ignore = () => undefined;
  const { rules: _, ...rest } = readKnownFields(alertSettings, stored, ignore);
  const rules = readKnownFields(alertRules, isRecord(stored) ? stored.rules : undefined, ignore);
  return { ...defaults, ...withoutUndefined(rest), rules: { ...defaults.rules, ...withoutUndefined(rules) } };
}

export type AlertChanges = {
  readonly [Name in keyof Omit<AlertSettings, 'rules'>]?: AlertSettings[Name] | undefined;
} & {
  readonly rules?: { readonly [Rule in keyof AlertRules]?: AlertRules[Rule] | undefined } | undefined;
};

export function changeAlertSettings(settings: AlertSettings, { rules = {}, ...rest }: AlertChanges): AlertSettings {
  return { ...settings, ...withoutUndefined(rest), rules: { ...settings.rules, ...withoutUndefined(rules) } };
}
