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

const otherSettings = alertSettings.omit({ rules: true });

/**
 * Merges the stored settings with the defaults. Invalid ones get the default.
 *
 * @param onDropped called with the name of each invalid field; with an empty name if the value is not an object
 */
export function readAlertSettings(stored: unknown, onDropped: (field: string) => void): AlertSettings {
  const rest = readKnownFields(otherSettings, stored, onDropped);
  const storedRules = isRecord(stored) ? stored.rules : undefined;
  const rules = readKnownFields(alertRules, storedRules, (rule) => onDropped(rule === '' ? 'rules' : `rules.${rule}`));
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
