import { Button, Center, Code, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { sessionRoutes } from '../../../contract/session.ts';
import { call } from '../../api.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogButtons, DialogFooter } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { useAction } from '../../ui/use-action.ts';

export type Enrolment = z.infer<NonNullable<typeof sessionRoutes.startSecondFactor.response>>;

/** Sets up the second factor: scan, confirm with a code, save the recovery codes. */
export function SecondFactorDialog({ enrolment, onClose }: { enrolment: Enrolment; onClose: () => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const confirm = useAction({
    quiet: true,
    run: () => call(sessionRoutes.confirmSecondFactor, { body: { code } }),
    invalidates: [['session']],
  });
  if (confirm.data) {
    return (
      // Only the button closes it: the codes are never shown again.
      <Dialog opened onClose={onClose} title={t('session.recoveryTitle')} closeOnEscape={false} withCloseButton={false}>
        <RecoveryCodes codes={confirm.data.recoveryCodes} onClose={onClose} />
      </Dialog>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(undefined);
  };
  return (
    <Dialog opened onClose={onClose} title={t('session.secondFactorScan')}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t('session.secondFactorScanText')}
          </Text>
          <Center>
            <img
              src={`data:image/svg+xml;utf8,${encodeURIComponent(enrolment.qrCode)}`}
              alt={t('session.qrCode')}
              width={200}
              height={200}
              style={{ background: '#fff', padding: 8, borderRadius: 8 }}
            />
          </Center>
          <Group gap="xs" justify="center">
            <Code>{enrolment.secret}</Code>
            <CopyButton value={enrolment.secret} size="compact-sm" />
          </Group>
          <TextInput
            label={t('session.code')}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={10}
            data-autofocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          {confirm.error ? <ErrorAlert error={confirm.error} /> : null}
          <DialogButtons
            onCancel={onClose}
            action={t('session.secondFactorOn')}
            busy={confirm.isPending}
            disabled={code.trim().length < 6}
          />
        </Stack>
      </form>
    </Dialog>
  );
}

function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Text size="sm">{t('session.recoveryText')}</Text>
      <SimpleGrid cols={2} spacing="xs" verticalSpacing={4}>
        {codes.map((code) => (
          <Code key={code} ta="center" fz="sm">
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <DialogFooter justify="space-between">
        <CopyButton value={codes.join('\n')} />
        <Button onClick={onClose}>{t('session.recoveryKept')}</Button>
      </DialogFooter>
    </Stack>
  );
}
