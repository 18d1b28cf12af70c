import type { TFunction } from 'i18next';
import type { AuditItem } from '../../../contract/settings.ts';
import type words from '../../i18n/en/index.ts';
import { describeAgent } from '../session/describe-agent.ts';

type AuditWords = (typeof words)['settings']['audited'];
type Action = { [Noun in keyof AuditWords]: `${Noun}.${Extract<keyof AuditWords[Noun], string>}` }[keyof AuditWords];

/** Server actions that the console can translate. Unknown ones are shown unchanged. */
const actions = [
  'alerts.edit',
  'alerts.add',
  'alerts.change',
  'alerts.remove',
  'backup.passphrase',
  'backup.run',
  'credential.add',
  'credential.edit',
  'credential.delete',
  'credential.test',
  'credential.reset',
  'credential.probe',
  'credential.import',
  'credential.enable',
  'credential.disable',
  'credential.expiry',
  'import.run',
  'key.generate',
  'key.edit',
  'key.reveal',
  'key.rotate',
  'key.revoke',
  'model.add',
  'model.edit',
  'model.delete',
  'model.probe',
  'password.change',
  'password.reset',
  'request.export',
  'second-factor.enable',
  'second-factor.remove',
  'session.login',
  'session.login-failed',
  'session.logout',
  'session.revoke',
  'settings.edit',
  'settings.export',
  'settings.import',
] as const satisfies readonly Action[];

const fields = [
  'label',
  'email',
  'token',
  'tokenExpiresAt',
  'cloudId',
  'enabled',
  'draining',
  'weight',
  'maxConcurrency',
  'name',
  'expiresAt',
  'limits',
  'promptCaching',
  'contentLoggingUntil',
  'aliases',
  'fallbacks',
  'prices',
  'contextWindow',
  'maxOutputTokens',
  'pool',
  'timeouts',
  'retention',
  'values',
  'rules',
  'language',
  'timeZone',
  'quietMinutes',
  'allowPrivate',
  'memory',
  'backup',
] as const;

/** A session has no name: its id means nothing to a reader. */
export function namesObject({ action, target }: Pick<AuditItem, 'action' | 'target'>): boolean {
  return target !== '' && !action.startsWith('session.');
}

export function wordAction(action: string, t: TFunction): string {
  const known = actions.find((candidate) => candidate === action);
  return known ? t(`settings.audited.${known}`) : action;
}

/** Translates the server's English details if their format is known, and names a login's browser. */
export function wordDetail({ action, detail }: Pick<AuditItem, 'action' | 'detail'>, t: TFunction): string {
  if (action === 'session.login') return describeAgent(detail);
  const changed = /^changed: (.+)$/.exec(detail)?.[1];
  if (changed !== undefined) return t('settings.auditChanged', { fields: wordFields(changed, t) });
  if (detail === 'The password is wrong.') return t('settings.auditWrongPassword');
  if (action === 'session.login-failed') return t('settings.auditWrongCode');
  const [, able, asked, what] = /^(\d+) of (\d+) (routes answer|credentials can use it)$/.exec(detail) ?? [];
  if (what !== undefined) {
    return t(what === 'routes answer' ? 'settings.auditRoutes' : 'settings.auditCredentials', { able, asked });
  }
  const [, added, total] = /^(\d+) of (\d+) lines added$/.exec(detail) ?? [];
  if (added !== undefined && total !== undefined) return t('credentials.importReport', { added, total });
  const count = /^(\d+) credentials$/.exec(detail)?.[1];
  if (count !== undefined) return t('credentials.bulkDone', { count: Number(count) });
  const imported = /^added (\d+) credentials, (\d+) keys, (\d+) models(?:, (\d+) channels)?$/.exec(detail);
  if (imported !== null) {
    const [, credentials = '', keys = '', models = '', channels = '0'] = imported;
    return t('settings.backup.imported', { credentials, keys, models, channels });
  }
  return detail;
}

/** Translates the known names in `label, weight` or `pool (strategy, affinity), timeouts (silence)`. */
function wordFields(list: string, t: TFunction): string {
  const word = (name: string) => {
    const known = fields.find((candidate) => candidate === name);
    return known ? t(`settings.auditField.${known}`) : name;
  };
  return list.replaceAll(', ', t('common.separator')).replaceAll(/[A-Za-z]+/g, word);
}
