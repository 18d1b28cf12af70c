import { Button, Group } from '@mantine/core';
import { IconMessage, IconPhoto } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RequestDetail } from '../../../../contract/requests.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { copyPicture } from '../../../ui/copy-picture.ts';
import { useAction } from '../../../ui/use-action.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { connectionQuery } from '../../connect/queries.ts';
import { handOver } from '../../playground/handover.ts';
import { wordAttempt, wordChoice, wordOutcome } from '../words.ts';
import { writeRequestCurl } from '../write-curl.ts';
import { drawTrace, type Palette } from './draw-trace.ts';
import { layOutTrace } from './lay-out.ts';
import { toHandover } from './to-handover.ts';

/** Actions for a request. */
export function TraceActions({ request }: { request: RequestDetail }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: connection } = useQuery(connectionQuery);
  const draw = useTracePicture(request);
  const copy = useAction({
    run: () => copyPicture(draw(), `request-${request.id}.png`),
    success: (how) => t(how === 'copied' ? 'requests.pictureCopied' : 'requests.pictureSaved'),
  });
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPhoto size={15} aria-hidden />}
        loading={copy.isPending}
        onClick={() => copy.mutate(undefined)}
      >
        {t('requests.copyPicture')}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconMessage size={15} aria-hidden />}
        onClick={() => {
          handOver(toHandover(request));
          void navigate({ to: '/playground' });
        }}
      >
        {t('requests.openInPlayground')}
      </Button>
      <CopyButton
        size="xs"
        label={t('requests.copyCurl')}
        value={writeRequestCurl(request, connection?.baseUrl ?? `${window.location.origin}/v1`)}
      />
    </Group>
  );
}

function useTracePicture(request: RequestDetail) {
  const { t } = useTranslation();
  const format = useFormat();
  return () => {
    const layout = layOutTrace(request);
    return drawTrace({
      layout,
      title: `${wordOutcome(request, t)} · ${request.status} · ${format.duration(request.totalTime)}`,
      subtitle: `${request.model} · ${format.time(request.startedAt)}`,
      rows: layout.bars.map(({ attempt }) => ({
        name: attempt.credentialLabel,
        about: [attempt.route, wordChoice(attempt.reason, t)].filter((part) => part !== '').join(' · '),
        figures: [wordAttempt(attempt.outcome, t), attempt.status, format.duration(attempt.milliseconds)]
          .filter((part) => part !== null)
          .join(' · '),
      })),
      ticks: layout.ticks.map((tick) => (tick === 0 ? '0' : format.duration(tick))),
      footer: t('common.product'),
      palette: readPalette(),
    });
  };
}

/** The colours of the current theme. */
function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    back: read('--console-page'),
    text: getComputedStyle(document.body).color,
    dim: read('--mantine-color-dimmed'),
    line: read('--console-line'),
    tones: {
      good: read('--console-good'),
      warn: read('--console-warn'),
      bad: read('--console-bad'),
      idle: read('--console-idle'),
    },
  };
}
