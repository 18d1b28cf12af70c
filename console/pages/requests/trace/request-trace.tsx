import { Alert, Code, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RequestDetail } from '../../../../contract/requests.ts';
import { CopyIcon } from '../../../ui/copy-button.tsx';
import { StateDot } from '../../../ui/state-dot.tsx';
import { outcomeTones, wordFailure } from '../words.ts';
import { LoggedContent } from './logged-content.tsx';
import { RequestFacts } from './request-facts.tsx';
import { TraceActions } from './trace-actions.tsx';
import { Waterfall } from './waterfall.tsx';

export function RequestTrace({ request }: { request: RequestDetail }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <Group justify="space-between" gap="xs">
        <Text fw={600} component="div">
          <StateDot tone={outcomeTones[request.outcome]}>
            {t(`requests.outcome.${request.outcome}`)} · {request.status}
          </StateDot>
        </Text>
        <Group gap={2} wrap="nowrap">
          <Code fz="xs" style={{ overflowWrap: 'anywhere' }}>
            {request.id}
          </Code>
          <CopyIcon value={request.id} what={t('requests.id')} />
        </Group>
      </Group>
      {request.failureKind !== null ? (
        <Alert color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />}>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">
            {wordFailure(request, t)}
          </Text>
          <Text size="sm" c="var(--mantine-color-text)" style={{ overflowWrap: 'anywhere' }}>
            {request.failureMessage}
          </Text>
        </Alert>
      ) : null}
      <section>
        <Title order={2} mb="xs">
          {t('requests.attempts')}
        </Title>
        <Waterfall request={request} />
      </section>
      <TraceActions request={request} />
      <section>
        <Title order={2} mb="xs">
          {t('requests.facts')}
        </Title>
        <RequestFacts request={request} />
      </section>
      {request.warnings.length > 0 ? (
        <section>
          <Title order={2} mb="xs">
            {t('requests.warnings')}
          </Title>
          <ul style={{ margin: 0, paddingInlineStart: '1.2em' }}>
            {request.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </section>
      ) : null}
      {request.content ? <LoggedContent content={request.content} /> : null}
    </Stack>
  );
}
