import { IconMessage } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../ui/empty.tsx';
import { AssistantMessage } from './assistant-message.tsx';
import classes from './playground.module.css';
import { ToolForm } from './tool-form.tsx';
import type { Turn } from './turns.ts';
import { UserMessage } from './user-message.tsx';

interface TranscriptProps {
  readonly label: string;
  readonly turns: readonly Turn[];
  readonly busy: boolean;
  readonly retry: () => void;
  /** Replaces a turn and discards everything after it. */
  readonly edit: (turnId: string, text: string) => void;
  readonly answerTools: (results: readonly { callId: string; name: string; text: string }[]) => void;
}

/** The conversation. Scrolls along while an answer grows, unless the user has scrolled up. */
export function Transcript({ label, turns, busy, retry, edit, answerTools }: TranscriptProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLElement>(null);
  const follows = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the turns may have moved the end
  useEffect(() => {
    if (follows.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [turns]);
  const last = turns.at(-1);
  return (
    <section
      ref={box}
      className={classes.transcript}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < 60;
      }}
    >
      {turns.length === 0 ? (
        <Empty icon={IconMessage} title={t('playground.emptyTitle')} text={t('playground.emptyText')} />
      ) : null}
      {turns.map((turn) => (
        <div key={turn.id} className={classes.turn}>
          <TurnView
            turn={turn}
            {...(turn === last ? { onRetry: retry } : {})}
            {...(busy ? {} : { onEdit: (text: string) => edit(turn.id, text) })}
          />
        </div>
      ))}
      {last?.role === 'assistant' && last.state === 'done' && last.answer.toolCalls.length > 0 ? (
        <div className={classes.turn}>
          <ToolForm key={last.id} calls={last.answer.toolCalls} onSend={answerTools} />
        </div>
      ) : null}
    </section>
  );
}

interface TurnViewProps {
  readonly turn: Turn;
  readonly onRetry?: () => void;
  readonly onEdit?: (text: string) => void;
}

function TurnView({ turn, onRetry, onEdit }: TurnViewProps) {
  const { t } = useTranslation();
  if (turn.role === 'assistant') return <AssistantMessage turn={turn} {...(onRetry ? { onRetry } : {})} />;
  if (turn.role === 'user') return <UserMessage turn={turn} {...(onEdit ? { onEdit } : {})} />;
  return (
    <div className={classes.asked}>
      <div className={classes.text}>{`${t('playground.toolResult', { name: turn.name })}\n${turn.text}`}</div>
    </div>
  );
}
