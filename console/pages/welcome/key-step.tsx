import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { keyRoutes } from '../../../contract/keys.ts';
import { call } from '../../api.ts';
import { useAction } from '../../ui/use-action.ts';
import { type CarriedKey, carryKey } from '../keys/carried-key.ts';
import { GenerateLabel } from '../keys/generate-label.tsx';
import { keyKeys } from '../keys/queries.ts';

/** Generates the first key with one click and passes it to the pages that need it. */
export function KeyStep({ onGenerated }: { onGenerated: (key: CarriedKey) => void }) {
  const { t } = useTranslation();
  const generate = useAction({
    run: () => call(keyRoutes.generate, { body: { name: t('welcome.keyName') } }),
    invalidates: keyKeys,
    onSuccess: ({ id, name, key }) => {
      carryKey({ id, name, key });
      onGenerated({ id, name, key });
    },
  });
  return (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      loading={generate.isPending}
      onClick={() => generate.mutate(undefined)}
    >
      <GenerateLabel />
    </Button>
  );
}
