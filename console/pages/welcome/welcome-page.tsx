import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Credential } from '../../../contract/credentials.ts';
import { Page } from '../../ui/page.tsx';
import { SecretBox } from '../../ui/secret-box.tsx';
import type { CarriedKey } from '../keys/carried-key.ts';
import { AnswerStep } from './answer-step.tsx';
import { KeyStep } from './key-step.tsx';
import { type RouteResult, RouteResults, RoutesStep } from './routes-step.tsx';
import { Step, type StepState } from './step.tsx';
import { TokenStep } from './token-step.tsx';

/** The guided set-up: account, routes, key, first answer. */
export function WelcomePage() {
  const { t } = useTranslation();
  const [credential, setCredential] = useState<Credential>();
  const [routes, setRoutes] = useState<readonly RouteResult[]>();
  const [key, setKey] = useState<CarriedKey>();
  const [isAnswered, setAnswered] = useState(false);
  const now = [credential, routes, key].indexOf(undefined);
  const current = now === -1 ? 3 : now;
  const state = (step: number): StepState => (step < current ? 'done' : step === current ? 'now' : 'later');
  return (
    <Page title={t('welcome.title')} description={t('welcome.text')}>
      <Stack maw={720}>
        <Step
          number={1}
          title={t('welcome.step.token')}
          state={state(0)}
          summary={<Text size="sm">{credential?.email}</Text>}
        >
          <TokenStep onAdded={setCredential} />
        </Step>
        <Step
          number={2}
          title={t('welcome.step.routes')}
          state={state(1)}
          summary={routes && routes.length > 0 ? <RouteResults results={routes} /> : null}
        >
          {credential ? <RoutesStep credentialId={credential.id} onDone={setRoutes} /> : null}
        </Step>
        <Step number={3} title={t('welcome.step.key')} state={state(2)} summary={key ? <NewKey value={key} /> : null}>
          <KeyStep onGenerated={setKey} />
        </Step>
        <Step number={4} title={t('welcome.step.answer')} state={state(3)}>
          {key ? <AnswerStep apiKey={key.key} onAnswered={() => setAnswered(true)} /> : null}
          {isAnswered ? <NextSteps /> : null}
        </Step>
        {isAnswered ? null : (
          <Anchor size="sm" renderRoot={(props) => <Link to="/credentials" {...props} />}>
            {t('welcome.leave')}
          </Anchor>
        )}
      </Stack>
    </Page>
  );
}

function NewKey({ value: { name, key } }: { value: CarriedKey }) {
  const { t } = useTranslation();
  return (
    <Stack gap={6} mt={6}>
      <Text size="xs" c="dimmed">
        {t('keys.newText')}
      </Text>
      <SecretBox value={key} label={t('keys.newTitle', { name })} />
    </Stack>
  );
}

/** Links to pages that fill in the new key. */
function NextSteps() {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" mt="lg">
      <Text size="sm">{t('welcome.done')}</Text>
      <Group>
        <Button renderRoot={(props) => <Link to="/connect" {...props} />}>{t('welcome.connect')}</Button>
        <Button variant="default" renderRoot={(props) => <Link to="/playground" {...props} />}>
          {t('shell.playground')}
        </Button>
        <Button variant="subtle" renderRoot={(props) => <Link to="/" {...props} />}>
          {t('shell.overview')}
        </Button>
      </Group>
    </Stack>
  );
}
