import { Button, Group, List, PasswordInput, Progress, Stack, Text } from '@mantine/core';
import { IconCheck, IconCircle } from '@tabler/icons-react';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { passwordRules, type Session, sessionRoutes } from '../../../contract/session.ts';
import { call } from '../../api.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { useAction } from '../../ui/use-action.ts';
import { type Strength, useStrength } from './use-strength.ts';

interface PasswordFormProps {
  readonly onChanged: (session: Session) => void;
  /** The current password if it was just typed at the login; then the form does not ask for it. */
  readonly known?: string | undefined;
  /** Whether the first field gets the focus: true if the form is the whole page. */
  readonly autoFocus?: boolean;
}

/** Changes the admin password, with the rules and a strength meter. */
export function PasswordForm({ onChanged, known, autoFocus = false }: PasswordFormProps) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState(known ?? '');
  const [next, setNext] = useState('');
  const [repeated, setRepeated] = useState('');
  const change = useAction({
    quiet: true,
    run: () => call(sessionRoutes.changePassword, { body: { currentPassword: current, newPassword: next } }),
    invalidates: [['sessions']],
    success: t('session.changed'),
    onSuccess: (session) => {
      for (const clear of [setCurrent, setNext, setRepeated]) clear('');
      onChanged(session);
    },
  });
  const strength = useStrength(next);
  const rules = checkRules(current, next, repeated, strength);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (rules.every((rule) => rule.met)) change.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={400}>
        <input type="text" name="username" autoComplete="username" value="admin" readOnly hidden />
        {known === undefined ? (
          <PasswordInput
            label={t('session.currentPassword')}
            name="current-password"
            autoComplete="current-password"
            autoFocus={autoFocus}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        ) : null}
        <div>
          <PasswordInput
            label={t('session.newPassword')}
            name="new-password"
            autoComplete="new-password"
            autoFocus={autoFocus && known !== undefined}
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <StrengthMeter password={next} strength={strength} />
        </div>
        <PasswordInput
          label={t('session.repeatPassword')}
          name="repeat-password"
          autoComplete="new-password"
          value={repeated}
          onChange={(event) => setRepeated(event.currentTarget.value)}
          error={repeated !== '' && repeated !== next ? t('session.mismatch') : null}
        />
        <Rules rules={rules} />
        {change.error ? <ErrorAlert error={change.error} /> : null}
        <Button type="submit" loading={change.isPending} disabled={current === '' || !rules.every((rule) => rule.met)}>
          {t('session.change')}
        </Button>
      </Stack>
    </form>
  );
}

type RuleName = 'ruleLength' | 'ruleMaximum' | 'ruleGuess' | 'ruleDifferent' | 'ruleSame';
interface Rule {
  readonly name: RuleName;
  readonly met: boolean;
  readonly count?: number;
}

function checkRules(current: string, next: string, repeated: string, strength: Strength | undefined): Rule[] {
  const { minLength, maxLength } = passwordRules;
  return [
    { name: 'ruleLength', met: next.length >= minLength, count: minLength },
    ...(next.length > maxLength ? [{ name: 'ruleMaximum', met: false, count: maxLength } as const] : []),
    // If the strength is unknown, let the gateway decide.
    { name: 'ruleGuess', met: next !== '' && strength?.isEnough !== false },
    { name: 'ruleDifferent', met: next !== '' && next !== current },
    { name: 'ruleSame', met: next !== '' && next === repeated },
  ];
}

function Rules({ rules }: { rules: readonly Rule[] }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4} id={id}>
        {t('session.rules')}
      </Text>
      <List size="xs" spacing={4} lh={1.35} aria-labelledby={id} listStyleType="none">
        {rules.map(({ name, met, count }) => (
          <List.Item
            key={name}
            icon={
              met ? (
                <IconCheck size={14} color="var(--console-good)" aria-label={t('session.ruleMet')} role="img" />
              ) : (
                <IconCircle size={14} color="var(--console-idle)" aria-label={t('session.ruleNotMet')} role="img" />
              )
            }
          >
            {t(`session.${name}`, { count: count ?? 0 })}
          </List.Item>
        ))}
      </List>
    </div>
  );
}

function StrengthMeter({ password, strength }: { password: string; strength: Strength | undefined }) {
  const { t } = useTranslation();
  const { word, value, color } = describeStrength(password, strength);
  return (
    <Group gap="xs" mt={6} wrap="nowrap" mih={18} style={{ visibility: word === undefined ? 'hidden' : 'visible' }}>
      <Progress value={value} color={color} size={4} flex={1} aria-label={t('session.strength')} />
      <Text size="xs" c="dimmed" w={72} ta="right" aria-live="polite">
        {word === undefined ? '' : t(`session.${word}`)}
      </Text>
    </Group>
  );
}

function describeStrength(password: string, strength: Strength | undefined) {
  if (password === '' || strength === undefined) return { word: undefined, value: 0, color: 'red' } as const;
  if (password.length < passwordRules.minLength) return { word: 'strengthShort', value: 8, color: 'red' } as const;
  if (!strength.isEnough) return { word: 'strengthWeak', value: 15 + strength.score * 20, color: 'red' } as const;
  if (strength.score === 3) return { word: 'strengthGood', value: 80, color: 'teal' } as const;
  return { word: 'strengthStrong', value: 100, color: 'green' } as const;
}
