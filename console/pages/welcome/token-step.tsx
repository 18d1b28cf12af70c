import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Credential, type CredentialTest, credentialRoutes } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { useAction } from '../../ui/use-action.ts';
import { credentialKeys } from '../credentials/queries.ts';
import { TestResult } from '../credentials/test-result.tsx';
import { TokenHelp } from '../credentials/token-help.tsx';

/** Tests an email and token and saves them if they work. A refused one can still be saved. */
export function TokenStep({ onAdded }: { onAdded: (credential: Credential) => void }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [token, setToken] = useState('');
  const [refused, setRefused] = useState<CredentialTest>();
  const add = useAction({
    quiet: true,
    run: async ({ anyway }: { anyway: boolean }) => {
      const test = anyway ? undefined : await call(credentialRoutes.tryOut, { body: { email, token } });
      if (test !== undefined && !test.ok) return { test };
      return { credential: await call(credentialRoutes.add, { body: { email, token } }) };
    },
    invalidates: credentialKeys,
    onSuccess: ({ credential, test }) => {
      if (credential) onAdded(credential);
      else setRefused(test);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ anyway: false });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TokenHelp />
        <TextInput
          label={t('credentials.email')}
          name="email"
          type="email"
          autoComplete="off"
          placeholder="name@example.com"
          autoFocus
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('credentials.token')}
          name="token"
          autoComplete="off"
          placeholder="ATATT3x…"
          required
          withAsterisk={false}
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
        {refused && !add.isPending ? <TestResult test={refused} /> : null}
        {add.error ? <ErrorAlert error={add.error} /> : null}
        <Group>
          <Button type="submit" loading={add.isPending} disabled={email.trim() === '' || token.trim().length < 8}>
            {t('welcome.testAndAdd')}
          </Button>
          {refused ? (
            <Button variant="default" disabled={add.isPending} onClick={() => add.mutate({ anyway: true })}>
              {t('credentials.saveAnyway')}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </form>
  );
}
