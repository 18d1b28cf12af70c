import { Badge, Code, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestDetail } from '../../../../contract/requests.ts';
import { CopyIcon } from '../../../ui/copy-button.tsx';
import { type LoggedPart, type LoggedTurn, prettyPrint, readTurns } from './read-turns.ts';
import classes from './trace.module.css';

type Content = NonNullable<RequestDetail['content']>;

/** The logged content, as turns or raw; only available with content logging. */
export function LoggedContent({ content }: { content: Content }) {
  const { t } = useTranslation();
  const turns = readTurns(content.request);
  const [shown, setShown] = useState<'turns' | 'raw'>('turns');
  return (
    <section>
      <Title order={2} mb="xs">
        {t('requests.content')}
      </Title>
      {turns ? (
        <SegmentedControl
          size="xs"
          mb="xs"
          aria-label={t('requests.content')}
          value={shown}
          onChange={setShown}
          data={[
            { value: 'turns', label: t('requests.contentTurns') },
            { value: 'raw', label: t('requests.contentRaw') },
          ]}
        />
      ) : null}
      {turns && shown === 'turns' ? <Turns turns={turns} answer={content.response} /> : <Raw content={content} />}
    </section>
  );
}

function Turns({ turns, answer }: { turns: readonly LoggedTurn[]; answer: string }) {
  const whole: readonly LoggedTurn[] =
    answer === '' ? turns : [...turns, { role: 'assistant', parts: [{ type: 'text', text: answer }] }];
  return (
    <Stack gap="xs" component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
      {whole.map((turn, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a turn is its place in the conversation
        <li key={index} className={classes.turn} data-role={turn.role}>
          <Badge variant="default" size="sm" tt="none" fw={500} mb={4}>
            {turn.role}
          </Badge>
          {turn.parts.map((part, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the turn
            <Part key={place} part={part} />
          ))}
        </li>
      ))}
    </Stack>
  );
}

function Part({ part }: { part: LoggedPart }) {
  const { t } = useTranslation();
  switch (part.type) {
    case 'text':
      return <div className={classes.turnText}>{part.text}</div>;
    case 'media':
      return (
        <Text size="sm" c="dimmed">
          [{part.name}]
        </Text>
      );
    default:
      return (
        <>
          <Text size="xs" c="dimmed">
            {part.type === 'call' ? t('playground.toolCall', { name: part.name }) : t('requests.toolResult')}
          </Text>
          <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {part.text}
          </Code>
        </>
      );
  }
}

function Raw({ content }: { content: Content }) {
  const { t } = useTranslation();
  return (['request', 'response'] as const).map((part) => (
    <div key={part} style={{ position: 'relative' }}>
      <Code
        block
        mb="xs"
        tabIndex={0}
        aria-label={t(`requests.contentOf.${part}`)}
        style={{ maxHeight: 360, overflow: 'auto' }}
      >
        {prettyPrint(content[part])}
      </Code>
      <div style={{ position: 'absolute', top: 4, right: 12 }}>
        <CopyIcon value={content[part]} what={t(`requests.contentOf.${part}`)} />
      </div>
    </div>
  ));
}
