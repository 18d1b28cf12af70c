import { useEffect, useState } from 'react';
import {
  deleteSavedChats,
  readSavedChats,
  restoreSavedChats,
  type SavedChat,
  saveChat,
  toSavedChat,
} from './history.ts';
import type { Parameters, Turn } from './turns.ts';

function newChatId(): string {
  return `${Date.now()}-${Math.random().toString(36).slice(2)}`;
}

interface Shown {
  readonly turns: readonly Turn[];
  readonly busy: boolean;
  readonly parameters: Pick<Parameters, 'model' | 'system'>;
}

/** The conversations stored in this browser. The current one is stored after each answer. */
export function useSavedChats({ turns, busy, parameters: { model, system } }: Shown) {
  const [id, setId] = useState(newChatId);
  const [savedChats, setSavedChats] = useState(() => readSavedChats(localStorage));
  useEffect(() => {
    if (busy) return;
    const saved = toSavedChat(id, { model, system }, turns, Date.now());
    if (saved !== undefined) setSavedChats(saveChat(localStorage, saved));
  }, [id, turns, busy, model, system]);
  return {
    savedChats,
    /** Starts a new conversation. */
    begin: () => setId(newChatId()),
    /** Continues a stored conversation. */
    resume: (saved: SavedChat) => setId(saved.id),
    forget() {
      deleteSavedChats(localStorage);
      setSavedChats([]);
      setId(newChatId());
    },
    restore: (deleted: readonly SavedChat[]) => setSavedChats(restoreSavedChats(localStorage, deleted)),
  };
}
