import { z } from 'zod';
import { emptyAnswer } from '../../chat/answer.ts';
import type { Turn } from './turns.ts';

const storedTurn = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), text: z.string() }),
  z.object({ role: z.literal('assistant'), text: z.string(), model: z.string() }),
]);
const savedChatSchema = z.object({
  id: z.string(),
  /** Last change; milliseconds since the epoch. */
  at: z.number(),
  title: z.string(),
  model: z.string(),
  system: z.string(),
  turns: z.array(storedTurn),
});

/** A conversation as stored in the browser: text only, without images and tools. */
export type SavedChat = z.infer<typeof savedChatSchema>;

/** The part of `localStorage` that we need. */
export type ChatStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const key = 'atlassian-proxy-talks';
const maxSavedChats = 50;
/** Maximum total size in UTF-16 units. Browsers store about five million per site. */
const maxTextLength = 1_000_000;
const maxTitleLength = 60;

/** Newest first; empty if the stored data is invalid. */
export function readSavedChats(storage: ChatStorage): SavedChat[] {
  try {
    const parsed = z.array(savedChatSchema).safeParse(JSON.parse(storage.getItem(key) ?? '[]'));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}

/** Stores a conversation, replacing its earlier version. The oldest ones are evicted if space runs out. */
export function saveChat(storage: ChatStorage, saved: SavedChat): SavedChat[] {
  const savedChats = [saved, ...readSavedChats(storage).filter(({ id }) => id !== saved.id)].slice(0, maxSavedChats);
  while (savedChats.length > 1 && JSON.stringify(savedChats).length > maxTextLength) savedChats.pop();
  write(storage, savedChats);
  return savedChats;
}

export function deleteSavedChats(storage: ChatStorage): void {
  try {
    storage.removeItem(key);
  } catch {
    // If storage is unavailable, there is nothing to delete.
  }
}

/** Stores deleted conversations again, after any newer ones. */
export function restoreSavedChats(storage: ChatStorage, deleted: readonly SavedChat[]): SavedChat[] {
  const savedChats = [...readSavedChats(storage), ...deleted].slice(0, maxSavedChats);
  write(storage, savedChats);
  return savedChats;
}

function write(storage: ChatStorage, savedChats: readonly SavedChat[]): void {
  try {
    storage.setItem(key, JSON.stringify(savedChats));
  } catch {
    // Storage is full or disabled: do not store it.
  }
}

/** Converts a conversation for storage; undefined if it has no answer yet. */
export function toSavedChat(
  id: string,
  { model, system }: Pick<SavedChat, 'model' | 'system'>,
  turns: readonly Turn[],
  at: number,
): SavedChat | undefined {
  const words = turns.flatMap((turn): SavedChat['turns'] => {
    if (turn.role === 'user') return [{ role: 'user', text: turn.text }];
    if (turn.role === 'tool' || turn.answer.text === '') return [];
    return [{ role: 'assistant', text: turn.answer.text, model: turn.model }];
  });
  if (!words.some(({ role }) => role === 'assistant')) return undefined;
  const first = words.find(({ role, text }) => role === 'user' && text.trim() !== '');
  const title = (first?.text ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, maxTitleLength);
  return { id, at, title, model, system, turns: words };
}

/** @param newId creates a turn id */
export function toTurns(turns: SavedChat['turns'], newId: () => string): Turn[] {
  return turns.map((turn): Turn => {
    if (turn.role === 'user') return { role: 'user', id: newId(), text: turn.text, images: [] };
    const { text, model } = turn;
    const times = { firstToken: null, total: 0 };
    const answer = { ...emptyAnswer, text };
    return { role: 'assistant', id: newId(), model, state: 'done', answer, times, requestId: null, error: null };
  });
}
