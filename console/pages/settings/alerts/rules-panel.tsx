import { Button, Group, NumberInput, Select, Stack, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { type AlertSettings, alertRoutes, alertRuleNames } from '../../../../contract/alerts.ts';
import { call } from '../../../api.ts';
import { languageChoices } from '../../../shell/appearance.tsx';
import { ErrorAlert } from '../../../ui/error-alert.tsx';
import { Panel } from '../../../ui/page.tsx';
import { useUnsaved } from '../../../ui/unsaved.tsx';
import { useAction } from '../../../ui/use-action.ts';
import { alertsQuery } from './queries.ts';

const thresholds = {
  poolReady: { field: 'below', max: 10_000, unit: '' },
  tokenExpiring: { field: 'days', max: 365, unit: 'days' },
  credits: { field: 'below', max: 99, unit: ' %' },
  keyExpiring: { field: 'days', max: 365, unit: 'days' },
  errorRate: { field: 'above', max: 99, unit: ' %' },
} as const;

function hasThreshold(rule: string): rule is keyof typeof thresholds {
  return rule in thresholds;
}

/** Alert rules, message language and quiet time. */
export function RulesPanel({ settings }: { settings: AlertSettings }) {
  const { t } = useTranslation();
  const form = useForm<AlertSettings>({ initialValues: settings });
  useUnsaved(form.isDirty());
  const save = useAction({
    quiet: true,
    // Messages use the time zone of the browser that saved last.
    run: (values: AlertSettings) =>
      call(alertRoutes.edit, {
        body: { ...values, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
      }),
    invalidates: [alertsQuery.queryKey],
    success: t('common.saved'),
    onSuccess: (saved) => {
      form.setInitialValues(saved);
      form.setValues(saved);
    },
  });
  return (
    <Panel title={t('alerts.rules')} description={t('alerts.rulesText')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack maw={640}>
          {alertRuleNames.map((rule) => (
            <Group key={rule} justify="space-between" wrap="nowrap" align="flex-start">
              <Switch
                label={t(`alerts.rule.${rule}`)}
                description={t(`alerts.ruleHint.${rule}`)}
                withThumbIndicator={false}
                {...form.getInputProps(`rules.${rule}.enabled`, { type: 'checkbox' })}
              />
              {hasThreshold(rule) ? (
                <NumberInput
                  w={112}
                  style={{ flex: 'none' }}
                  aria-label={t(`alerts.threshold.${rule}`)}
                  min={1}
                  max={thresholds[rule].max}
                  suffix={thresholds[rule].unit === 'days' ? t('alerts.days') : thresholds[rule].unit}
                  allowDecimal={false}
                  {...form.getInputProps(`rules.${rule}.${thresholds[rule].field}`)}
                />
              ) : null}
            </Group>
          ))}
          <NumberInput
            maw={320}
            label={t('alerts.quiet')}
            description={t('alerts.quietHint')}
            min={1}
            max={43_200}
            suffix={t('alerts.minutes')}
            allowDecimal={false}
            {...form.getInputProps('quietMinutes')}
          />
          <Select
            maw={320}
            label={t('alerts.language')}
            description={t('alerts.zone', { zone: settings.timeZone })}
            allowDeselect={false}
            data={languageChoices.map(({ language, name }) => ({ value: language, label: name }))}
            {...form.getInputProps('language')}
          />
          <Switch
            label={t('alerts.allowPrivate')}
            description={t('alerts.allowPrivateHint')}
            withThumbIndicator={false}
            {...form.getInputProps('allowPrivate', { type: 'checkbox' })}
          />
          {save.error ? <ErrorAlert error={save.error} /> : null}
          <Group>
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
