import { Button, Group, Menu, PasswordInput } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Key, keyRoutes } from '../../../contract/keys.ts';
import { call } from '../../api.ts';
import { PasswordDialog } from '../../ui/password-dialog.tsx';
import { keysQuery } from '../keys/queries.ts';

/** The key for the set-ups: pasted, or a saved key after the password is entered. It does not leave this page. */
export function KeyField({ value, onChange }: { value: string; onChange: (key: string) => void }) {
  const { t } = useTranslation();
  const { data } = useQuery({ ...keysQuery, refetchInterval: false });
  const [revealing, setRevealing] = useState<Key>();
  const keys = data?.keys.filter((key) => key.enabled) ?? [];
  return (
    <>
      <Group align="flex-end" gap="xs">
        <PasswordInput
          label={t('connect.key')}
          description={t('connect.keyHint')}
          placeholder="sk-…"
          autoComplete="off"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value.trim())}
          style={{ flex: '1 1 14rem' }}
        />
        <Menu>
          <Menu.Target>
            <Button variant="default" leftSection={<IconEye size={16} aria-hidden />} disabled={keys.length === 0}>
              {t('connect.useSaved')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {keys.map((key) => (
              <Menu.Item key={key.id} onClick={() => setRevealing(key)}>
                {key.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      <PasswordDialog
        opened={revealing !== undefined}
        title={t('keys.revealTitle', { name: revealing?.name ?? '' })}
        action={t('connect.useThis')}
        onClose={() => setRevealing(undefined)}
        onPassword={async (password) => {
          if (!revealing) return;
          const { key } = await call(keyRoutes.reveal, { params: { id: revealing.id }, body: { password } });
          onChange(key);
          setRevealing(undefined);
        }}
      />
    </>
  );
}
