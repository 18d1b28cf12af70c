import { Button, Group, Skeleton, Stack } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { type QueryKey, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Settings, settingsRoutes } from '../../../contract/settings.ts';
import { call } from '../../api.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Panel } from '../../ui/page.tsx';
import { useUnsaved } from '../../ui/unsaved.tsx';
import { useAction } from '../../ui/use-action.ts';
import { settingsQuery } from './queries.ts';

interface SettingsFormProps<Values extends Record<string, unknown>> {
  readonly title: string;
  readonly description: string;
  readonly show: (settings: Settings) => Values;
  readonly read: (values: Values) => Partial<Settings>;
  /** Other queries affected by this section. */
  readonly invalidates?: readonly QueryKey[];
  readonly children: (form: UseFormReturnType<Values>) => ReactNode;
}

/** One section of the settings: loads it and saves changes. */
export function SettingsForm<Values extends Record<string, unknown>>(props: SettingsFormProps<Values>) {
  const query = useQuery(settingsQuery);
  return (
    <Panel title={props.title} description={props.description}>
      {query.error ? <ErrorAlert error={query.error} onRetry={() => query.refetch()} /> : null}
      {query.data ? <Fields {...props} settings={query.data} /> : query.error ? null : <Skeleton height={240} />}
    </Panel>
  );
}

function Fields<Values extends Record<string, unknown>>({
  settings,
  show,
  read,
  invalidates = [],
  children,
}: SettingsFormProps<Values> & { settings: Settings }) {
  const { t } = useTranslation();
  const form = useForm<Values>({ initialValues: show(settings) });
  useUnsaved(form.isDirty());
  const save = useAction({
    quiet: true,
    run: (values: Values) => call(settingsRoutes.edit, { body: read(values) }),
    invalidates: [settingsQuery.queryKey, ...invalidates],
    success: t('common.saved'),
    onSuccess: (saved) => {
      form.setInitialValues(show(saved));
      form.setValues(show(saved));
      form.resetDirty(show(saved));
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Stack maw={640}>
        {children(form)}
        {save.error ? <ErrorAlert error={save.error} /> : null}
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
