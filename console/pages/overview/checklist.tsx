import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { usageRoutes } from '../../../contract/usage.ts';
import { Panel } from '../../ui/page.tsx';

type Overview = z.infer<NonNullable<typeof usageRoutes.overview.response>>;

const steps = [
  { name: 'passwordChanged', to: '/settings' },
  { name: 'hasCredential', to: '/welcome' },
  { name: 'hasKey', to: '/credentials' },
  { name: 'hasRequest', to: '/connect' },
] as const;

/** The set-up steps of a new gateway; hidden after the first answered request. */
export function Checklist({ checklist }: { checklist: Overview['checklist'] }) {
  const { t } = useTranslation();
  const next = steps.find((step) => !checklist[step.name]);
  if (next === undefined) return null;
  const done = steps.filter((step) => checklist[step.name]).length;
  return (
    <Panel
      title={t('overview.checklistTitle')}
      description={t('overview.checklistText', { done, total: steps.length })}
    >
      <Stack gap="sm" component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {steps.map((step) => {
          const met = checklist[step.name];
          return (
            <Group key={step.name} component="li" wrap="nowrap" gap="sm" mih={34}>
              {met ? (
                <IconCircleCheckFilled
                  size={20}
                  color="var(--console-good)"
                  role="img"
                  aria-label={t('overview.done')}
                />
              ) : (
                <IconCircle size={20} color="var(--console-idle)" role="img" aria-label={t('overview.toDo')} />
              )}
              <div style={{ flex: 1 }}>
                <Text size="sm" fw={met ? 400 : 600} c={met ? 'dimmed' : 'var(--mantine-color-text)'}>
                  {t(`overview.step.${step.name}`)}
                </Text>
                {met ? null : (
                  <Text size="xs" c="dimmed">
                    {t(`overview.stepText.${step.name}`)}
                  </Text>
                )}
              </div>
              {step === next ? (
                <Button size="xs" renderRoot={(props) => <Link to={step.to} {...props} />}>
                  {t(`overview.stepAction.${step.name}`)}
                </Button>
              ) : null}
            </Group>
          );
        })}
      </Stack>
    </Panel>
  );
}
