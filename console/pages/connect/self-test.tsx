import { Button, Code, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ChatRefusal, sendChat } from '../../chat/send-chat.ts';
import { describeError } from '../../ui/describe-error.ts';
import { Panel } from '../../ui/page.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useFirstModel } from './use-first-model.ts';

/** Path on this page's own origin, because the browser may not call a base URL on another origin. */
const path = '/v1/chat/completions';

interface Outcome {
  readonly stream: boolean;
  readonly ok: boolean;
  readonly status: number;
  readonly milliseconds: number;
  /** The answer, or the error message. */
  readonly text: string;
}

/** Calls the client API twice, non-streaming and streaming, and shows the results. Without a model, it takes the first one. */
export function SelfTest({ apiKey, model }: { apiKey: string; model: string | null }) {
  const { t, i18n } = useTranslation();
  const findFirstModel = useFirstModel();
  const test = useAction({
    run: async () => {
      const asked = model ?? (await findFirstModel());
      const outcomes: Outcome[] = [];
      for (const stream of [false, true]) {
        outcomes.push(await tryOnce(apiKey, asked, stream, (error) => describeError(error, t, i18n.language)));
      }
      return outcomes;
    },
    invalidates: [['overview'], ['keys']],
  });
  return (
    <Panel
      title={t('connect.test')}
      description={t('connect.testText')}
      actions={
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          disabled={apiKey === ''}
          loading={test.isPending}
          onClick={() => test.mutate(undefined)}
        >
          {t('connect.runTest')}
        </Button>
      }
    >
      <Stack gap="sm" role="status">
        {test.data ? null : (
          <Text size="sm" c="dimmed">
            {apiKey === '' ? t('connect.testNeedsKey') : t('connect.testReady')}
          </Text>
        )}
        {test.data?.map((outcome) => (
          <OutcomeView key={String(outcome.stream)} outcome={outcome} />
        ))}
      </Stack>
    </Panel>
  );
}

async function tryOnce(
  key: string,
  model: string,
  stream: boolean,
  word: (error: unknown) => string,
): Promise<Outcome> {
  const start = performance.now();
  const body = {
    model,
    stream,
    max_tokens: 64,
    messages: [{ role: 'user', content: 'Say hello in one short sentence.' }],
  };
  try {
    const { answer, times, status } = await sendChat({ path, body, key, signal: AbortSignal.timeout(60_000) });
    const ok = answer.error === null;
    return { stream, ok, status, milliseconds: times.total, text: answer.error ?? answer.text };
  } catch (error) {
    const refused = error instanceof ChatRefusal;
    return {
      stream,
      ok: false,
      status: refused ? error.status : 0,
      milliseconds: Math.round(performance.now() - start),
      text: refused ? error.message : word(error),
    };
  }
}

function OutcomeView({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { stream, ok, status, milliseconds, text } = outcome;
  return (
    <div>
      <StateDot tone={ok ? 'good' : 'bad'}>
        <Text size="sm" fw={600} component="span">
          {t(stream ? 'connect.streamed' : 'connect.plain')}
        </Text>
        <Text size="sm" c="dimmed" component="span">
          {status === 0 ? '' : `HTTP ${status} · `}
          {format.duration(milliseconds)}
        </Text>
      </StateDot>
      <Code block mt={4} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text === '' ? t('connect.noText') : text}
      </Code>
      {ok ? null : (
        <Text size="xs" c="dimmed" mt={4}>
          {t(hintFor(status))}
        </Text>
      )}
    </div>
  );
}

/** Suggests what to do about an error, by its status. */
function hintFor(status: number) {
  if (status === 401) return 'connect.hintKey' as const;
  if (status === 403) return 'connect.hintLimits' as const;
  if (status === 404) return 'connect.hintModel' as const;
  if (status === 429) return 'connect.hintBusy' as const;
  return status === 503 ? ('connect.hintCredential' as const) : ('connect.hintLog' as const);
}
