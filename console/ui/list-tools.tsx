import { Button, Group, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StateDot, type Tone } from './state-dot.tsx';
import { useFormat } from './use-format.ts';

interface Chip<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly tone: Tone;
  readonly count: number;
}

interface ListToolsProps<Value extends string> {
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Describes what the search covers. */
  readonly hint: string;
  readonly total: number;
  /** Only states with a count above zero. */
  readonly chips: readonly Chip<Value>[];
  readonly chosen: Value | undefined;
  readonly onChoose: (value: Value | undefined) => void;
}

/** The toolbar above a list: a search field, and a chip with a count for each state. */
export function ListTools<Value extends string>(props: ListToolsProps<Value>) {
  const { text, onText, hint, total, chips, chosen, onChoose } = props;
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Group mb="sm" gap="xs">
      <TextInput
        size="xs"
        aria-label={t('common.search')}
        placeholder={hint}
        leftSection={<IconSearch size={15} aria-hidden />}
        maxLength={200}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        style={{ flex: '1 1 13rem', maxWidth: 320 }}
      />
      <Group gap={6} role="group" aria-label={t('common.filterByState')}>
        <ChipButton pressed={chosen === undefined} onClick={() => onChoose(undefined)}>
          {t('common.all')} {format.count(total)}
        </ChipButton>
        {chips.map(({ value, label, tone, count }) => (
          <ChipButton
            key={value}
            pressed={chosen === value}
            onClick={() => onChoose(chosen === value ? undefined : value)}
          >
            <StateDot tone={tone}>
              {label} {format.count(count)}
            </StateDot>
          </ChipButton>
        ))}
      </Group>
    </Group>
  );
}

function ChipButton(props: { pressed: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <Button
      size="compact-xs"
      radius="xl"
      fw={500}
      variant={props.pressed ? 'light' : 'default'}
      aria-pressed={props.pressed}
      onClick={props.onClick}
    >
      {props.children}
    </Button>
  );
}
