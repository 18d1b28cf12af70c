import { Button, Collapse, Paper } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustments, IconCode, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePhone } from '../../ui/dialog.tsx';
import { Page } from '../../ui/page.tsx';
import { connectionQuery } from '../connect/queries.ts';
import { CodeDialog } from './code-dialog.tsx';
import { Composer } from './composer.tsx';
import { forgetHandover, peekHandover } from './handover.ts';
import { ParameterPanel } from './parameter-panel.tsx';
import classes from './playground.module.css';
import { Transcript } from './transcript.tsx';
import { buildBody, startParameters } from './turns.ts';
import { useConversation } from './use-conversation.ts';

/** A chat with any model, through the gateway as any client would go. */
export function PlaygroundPage() {
  const { t } = useTranslation();
  const { data: connection } = useQuery(connectionQuery);
  const [handover] = useState(peekHandover);
  useEffect(forgetHandover, []);
  const [chosen, setChosen] = useState({
    ...startParameters,
    model: handover?.model ?? '',
    system: handover?.system ?? '',
  });
  const [showsCode, code] = useDisclosure(false);
  const phone = usePhone();
  const [showsParameters, sheet] = useDisclosure(false);
  const models = connection?.models ?? [];
  const parameters = chosen.model === '' ? { ...chosen, model: models[0] ?? '' } : chosen;
  const conversation = useConversation(parameters, handover);
  const panel = <ParameterPanel parameters={parameters} models={models} onChange={setChosen} />;

  return (
    <Page
      title={t('playground.title')}
      description={phone ? undefined : t('playground.description')}
      actions={
        <>
          {phone ? (
            <Button
              variant="default"
              size={phone ? 'xs' : 'sm'}
              leftSection={<IconAdjustments size={16} aria-hidden />}
              onClick={sheet.toggle}
              aria-expanded={showsParameters}
            >
              {t('playground.parameters')}
            </Button>
          ) : null}
          <Button
            variant="default"
            size={phone ? 'xs' : 'sm'}
            leftSection={<IconCode size={16} aria-hidden />}
            onClick={code.open}
          >
            {t('playground.code')}
          </Button>
          <Button
            variant="default"
            size={phone ? 'xs' : 'sm'}
            leftSection={<IconTrash size={16} aria-hidden />}
            disabled={conversation.turns.length === 0}
            onClick={conversation.clear}
          >
            {t('playground.clear')}
          </Button>
        </>
      }
    >
      <div className={classes.layout}>
        {phone ? <Collapse expanded={showsParameters}>{panel}</Collapse> : null}
        <Paper withBorder radius="md" className={classes.chat ?? ''}>
          <Transcript {...conversation} />
          <Composer
            busy={conversation.busy}
            ready={parameters.model !== ''}
            onSay={conversation.say}
            onStop={conversation.stop}
          />
        </Paper>
        {phone ? null : <aside aria-label={t('playground.parameters')}>{panel}</aside>}
      </div>
      <CodeDialog
        opened={showsCode}
        onClose={code.close}
        baseUrl={connection?.baseUrl ?? `${window.location.origin}/v1`}
        body={buildBody(parameters, conversation.turns)}
      />
    </Page>
  );
}
