import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { emptyAnswer } from '../../chat/answer.ts';
import { ChatRefusal, sendChat } from '../../chat/send-chat.ts';
import { toOwnPath } from '../../console-path.ts';
import { describeError } from '../../ui/describe-error.ts';
import { useFirstModel } from '../connect/use-first-model.ts';
import type { Handover } from './handover.ts';
import { type SavedChat, toTurns } from './history.ts';
import { type AssistantTurn, buildBody, type Parameters, type Turn } from './turns.ts';

const path = toOwnPath('/admin/api/playground');

let lastId = 0;
/** A fallback, because `crypto.randomUUID` exists only on https and localhost. */
function newId(): string {
  lastId += 1;
  return `turn-${lastId}`;
}

function fromHandover({ model, turns }: Handover): Turn[] {
  return toTurns(
    turns.map(({ role, text }) => (role === 'user' ? { role, text } : { role, text, model })),
    newId,
  );
}

/**
 * A conversation with a model. At most one answer runs at a time, and can be stopped. Without a chosen model, a message
 * waits for the list of models and goes to the first one.
 */
export function useConversation(parameters: Parameters, handover: Handover | undefined) {
  const { t, i18n } = useTranslation();
  const [turns, setTurns] = useState<readonly Turn[]>(() => (handover ? fromHandover(handover) : []));
  const findFirstModel = useFirstModel();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const change = useCallback(
    (id: string, update: Partial<AssistantTurn>) =>
      setTurns((all) =>
        all.map((turn) => (turn.id === id && turn.role === 'assistant' ? { ...turn, ...update } : turn)),
      ),
    [],
  );

  const ask = async (before: readonly Turn[]) => {
    const id = newId();
    const controller = new AbortController();
    running.current = controller;
    const times = { firstToken: null, total: 0 };
    setTurns([
      ...before,
      {
        role: 'assistant',
        id,
        model: parameters.model,
        state: 'running',
        answer: emptyAnswer,
        times,
        requestId: null,
        error: null,
      },
    ]);
    try {
      const model = parameters.model || (await findFirstModel());
      change(id, { model });
      controller.signal.throwIfAborted();
      const result = await sendChat({
        path,
        body: buildBody({ ...parameters, model }, before),
        signal: controller.signal,
        onRequestId: (requestId) => change(id, { requestId }),
        onProgress: (answer, progress) => change(id, { answer, times: progress }),
      });
      const { answer } = result;
      change(id, {
        answer,
        times: result.times,
        state: answer.error === null ? 'done' : 'failed',
        error: answer.error,
      });
    } catch (error) {
      if (controller.signal.aborted) change(id, { state: 'stopped' });
      else {
        const words = error instanceof ChatRefusal ? error.message : describeError(error, t, i18n.language);
        change(id, { state: 'failed', error: words });
      }
    } finally {
      if (running.current === controller) running.current = undefined;
    }
  };

  const last = turns.at(-1);
  return {
    turns,
    busy: last?.role === 'assistant' && last.state === 'running',
    say: (text: string, images: readonly string[]) => ask([...turns, { role: 'user', id: newId(), text, images }]),
    /** Sends the tool results, in the order of the calls. */
    answerTools: (results: readonly { callId: string; name: string; text: string }[]) =>
      ask([...turns, ...results.map((result) => ({ role: 'tool', id: newId(), ...result }) as const)]),
    /** Regenerates the last answer. */
    retry: () => ask(turns.slice(0, -1)),
    edit: (turnId: string, text: string) => {
      const place = turns.findIndex((turn) => turn.id === turnId);
      const turn = turns[place];
      if (turn?.role === 'user') void ask([...turns.slice(0, place), { ...turn, id: newId(), text }]);
    },
    /** Copies the turns of another conversation. */
    replace: (others: readonly Turn[]) => setTurns(others),
    /** Replaces the turns with stored ones. */
    open: (kept: SavedChat['turns']) => {
      running.current?.abort();
      setTurns(toTurns(kept, newId));
    },
    stop: () => running.current?.abort(),
    clear: () => {
      running.current?.abort();
      setTurns([]);
    },
  };
}
