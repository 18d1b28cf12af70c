import { useEffect, useState } from 'react';
import { forgetTalks, keepTalk, readTalks, restoreTalks, type Talk, toTalk } from './history.ts';
import type { Parameters, Turn } from './turns.ts';

function newTalkId(): string {
  return `${Date.now()}-${Math.random().toString(36).slice(2)}`;
}

interface Shown {
  readonly turns: readonly Turn[];
  readonly busy: boolean;
  readonly parameters: Pick<Parameters, 'model' | 'system'>;
}

/** The conversations stored in this browser. The current one is stored after each answer. */
export function useTalks({ turns, busy, parameters: { model, system } }: Shown) {
  const [id, setId] = useState(newTalkId);
  const [talks, setTalks] = useState(() => readTalks(localStorage));
  useEffect(() => {
    if (busy) return;
    const talk = toTalk(id, { model, system }, turns, Date.now());
    if (talk !== undefined) setTalks(keepTalk(localStorage, talk));
  }, [id, turns, busy, model, system]);
  return {
    talks,
    /** Starts a new conversation. */
    begin: () => setId(newTalkId()),
    /** Continues a stored conversation. */
    resume: (talk: Talk) => setId(talk.id),
    forget() {
      forgetTalks(localStorage);
      setTalks([]);
      setId(newTalkId());
    },
    restore: (deleted: readonly Talk[]) => setTalks(restoreTalks(localStorage, deleted)),
  };
}
