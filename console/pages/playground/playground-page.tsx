import { ActionIcon, Button, Collapse, Paper } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconCode, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { narrow } from '../../ui/data-table/data-table.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Page } from '../../ui/page.tsx';
import { useUndoable } from '../../ui/use-undoable.tsx';
import { connectionQuery } from '../connect/queries.ts';
import { CodeDialog } from './code-dialog.tsx';
import { Composer } from './composer.tsx';
import { forgetHandover, peekHandover } from './handover.ts';
import type { SavedChat } from './history.ts';
import { HistoryMenu } from './history-menu.tsx';
import { ParameterPanel } from './parameter-panel.tsx';
import classes from './playground.module.css';
import { Transcript } from './transcript.tsx';
import { buildBody, type Parameters, startParameters } from './turns.ts';
import { useConversation } from './use-conversation.ts';
import { useSavedChats } from './use-saved-chats.ts';

/** A chat with one model, or two side by side, through the gateway's client API. */
export function PlaygroundPage() {
  const { t } = useTranslation();
  const { data: connection, error, refetch } = useQuery(connectionQuery);
  const chat = useChat(connection?.models ?? []);
  const { parameters, first, second, busy } = chat;
  const [showsCode, code] = useDisclosure(false);
  const isNarrow = useMediaQuery(narrow, false, { getInitialValueInEffect: false });
  const [showsParameters, sheet] = useDisclosure(false);
  const size = isNarrow ? 'compact-sm' : 'sm';
  const panel = (
    <ParameterPanel
      parameters={parameters}
      models={connection?.models}
      onChange={chat.setParameters}
      compared={chat.compared}
      onCompare={chat.compare}
    />
  );
  const openCode = { icon: <IconCode size={16} aria-hidden />, label: t('playground.code'), act: code.open };
  const startOver = { icon: <IconPlus size={16} aria-hidden />, label: t('playground.clear'), act: chat.clear };

  return (
    <Page
      wide={second !== undefined}
      title={t('playground.title')}
      description={isNarrow ? undefined : t('playground.description')}
      actions={
        <>
          {isNarrow ? (
            <Button variant="default" size={size} onClick={sheet.toggle} aria-expanded={showsParameters}>
              {t('playground.parameters')}
            </Button>
          ) : null}
          <HistoryMenu
            savedChats={chat.savedChats}
            size={size}
            onOpen={chat.open}
            onForget={() => void chat.forget()}
          />
          <ActionButton {...openCode} size={size} />
          <ActionButton {...startOver} size={size} disabled={first.turns.length === 0} />
        </>
      }
    >
      {error && !connection ? <ErrorAlert error={error} onRetry={() => refetch()} /> : null}
      <div className={classes.layout}>
        {isNarrow ? <Collapse expanded={showsParameters}>{panel}</Collapse> : null}
        <Paper withBorder radius="md" className={classes.chat ?? ''}>
          {second === undefined ? (
            <Transcript {...first} label={t('playground.conversation')} />
          ) : (
            <div className={classes.pair}>
              <Transcript {...first} label={t('playground.conversationWith', { model: parameters.model })} />
              <Transcript {...second} label={t('playground.conversationWith', { model: chat.compared ?? '' })} />
            </div>
          )}
          <Composer busy={busy} isNarrow={isNarrow} onSay={chat.say} onStop={chat.stop} />
        </Paper>
        {isNarrow ? null : <aside aria-label={t('playground.parameters')}>{panel}</aside>}
      </div>
      <CodeDialog
        opened={showsCode}
        onClose={code.close}
        baseUrl={connection?.baseUrl ?? `${window.location.origin}/v1`}
        body={buildBody(parameters, first.turns)}
      />
    </Page>
  );
}

/** On a phone, all actions fit in one line: those with a clear icon have no words. */
type ActionSize = 'compact-sm' | 'sm';

interface ActionButtonProps {
  readonly icon: ReactNode;
  readonly label: string;
  readonly act: () => void;
  readonly size: ActionSize;
  readonly disabled?: boolean;
}

function ActionButton({ icon, label, act, size, disabled = false }: ActionButtonProps) {
  if (size === 'compact-sm') {
    return (
      <ActionIcon variant="default" size={26} title={label} aria-label={label} disabled={disabled} onClick={act}>
        {icon}
      </ActionIcon>
    );
  }
  return (
    <Button variant="default" size={size} leftSection={icon} disabled={disabled} onClick={act}>
      {label}
    </Button>
  );
}

/** State of the playground: the conversation, the second one for comparison, and the stored ones. */
function useChat(models: readonly string[]) {
  const { t } = useTranslation();
  const undoable = useUndoable();
  const [handover] = useState(peekHandover);
  useEffect(forgetHandover, []);
  const [chosen, setChosen] = useState<Parameters>({
    ...startParameters,
    model: handover?.model ?? '',
    system: handover?.system ?? '',
  });
  const [compared, setCompared] = useState<string | null>(null);
  const parameters = chosen.model === '' ? { ...chosen, model: models[0] ?? '' } : chosen;
  const first = useConversation(parameters, handover);
  const second = useConversation({ ...parameters, model: compared ?? '' }, undefined);
  const shown = compared === null ? [first] : [first, second];
  const kept = useSavedChats({ turns: first.turns, busy: first.busy, parameters });
  return {
    parameters,
    setParameters: setChosen,
    first,
    second: compared === null ? undefined : second,
    busy: shown.some(({ busy }) => busy),
    compared,
    compare(model: string | null) {
      // The second model gets the conversation so far.
      if (compared === null && model !== null) second.replace(first.turns);
      if (model === null) second.clear();
      setCompared(model);
    },
    say: (text: string, images: readonly string[]) => {
      for (const conversation of shown) void conversation.say(text, images);
    },
    stop: () => {
      for (const conversation of shown) conversation.stop();
    },
    clear: () => {
      for (const conversation of shown) conversation.clear();
      kept.begin();
    },
    savedChats: kept.savedChats,
    open(saved: SavedChat) {
      kept.resume(saved);
      setChosen({ ...parameters, model: saved.model, system: saved.system });
      first.open(saved.turns);
      second.clear();
      setCompared(null);
    },
    forget: () => {
      const deleted = kept.savedChats;
      return undoable({
        ids: [],
        message: t('playground.forgotten'),
        suspend: async () => {
          for (const conversation of shown) conversation.clear();
          kept.forget();
        },
        restore: async () => kept.restore(deleted),
        remove: async () => undefined,
        invalidates: [],
      });
    },
  };
}
