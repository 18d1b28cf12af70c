import { z } from 'zod';
import { emptyAnswer } from '../../chat/answer.ts';
import type { Turn } from './turns.ts';

const storedTurn = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), text: z.string() }),
  z.object({ role: z.literal('assistant'), text: z.string(), model: z.string() }),
]);
const storedTalk = z.object({
  id: z.string(),
  /** Last change; milliseconds since the epoch. */
  at: z.number(),
  title: z.string(),
  model: z.string(),
  system: z.string(),
  turns: z.array(storedTurn),
});

/** A conversation as stored in the browser: text only, without images and tools. */
export type Talk = z.infer<typeof storedTalk>;

/** The part of `localStorage` that we need. */
export type TalkStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const key = 'atlassian-proxy-talks';
const mostTalks = 50;
/** Maximum total size in UTF-16 units. Browsers store about five million per site. */
const mostText = 1_000_000;
const longestTitle = 60;

/** Newest first; empty if the stored data is invalid. */
export function readTalks(storage: TalkStorage): Talk[] {
  try {
    const parsed = z.array(storedTalk).safeParse(JSON.parse(storage.getItem(key) ?? '[]'));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}

/** Stores a conversation, replacing its earlier version. The oldest ones are evicted if space runs out. */
export function keepTalk(storage: TalkStorage, talk: Talk): Talk[] {
  const talks = [talk, ...readTalks(storage).filter(({ id }) => id !== talk.id)].slice(0, mostTalks);
  while (talks.length > 1 && JSON.stringify(talks).length > mostText) talks.pop();
  write(storage, talks);
  return talks;
}

export function forgetTalks(storage: TalkStorage): void {
  try {
    storage.removeItem(key);
  } catch {
    // If storage is unavailable, there is nothing to delete.
  }
}

/** Stores deleted conversations again, after any newer ones. */
export function restoreTalks(storage: TalkStorage, deleted: readonly Talk[]): Talk[] {
  const talks = [...readTalks(storage), ...deleted].slice(0, mostTalks);
  write(storage, talks);
  return talks;
}

function write(storage: TalkStorage, talks: readonly Talk[]): void {
  try {
    storage.setItem(key, JSON.stringify(talks));
  } catch {
    // Storage is full or disabled: do not store it.
  }
}

/** Converts a conversation for storage; undefined if it has no answer yet. */
export function toTalk(
  id: string,
  { model, system }: Pick<Talk, 'model' | 'system'>,
  turns: readonly Turn[],
  at: number,
): Talk | undefined {
  const words = turns.flatMap((turn): Talk['turns'] => {
    if (turn.role === 'user') return [{ role: 'user', text: turn.text }];
    if (turn.role === 'tool' || turn.answer.text === '') return [];
    return [{ role: 'assistant', text: turn.answer.text, model: turn.model }];
  });
  if (!words.some(({ role }) => role === 'assistant')) return undefined;
  const first = words.find(({ role, text }) => role === 'user' && text.trim() !== '');
  const title = (first?.text ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, longestTitle);
  return { id, at, title, model, system, turns: words };
}

/** @param newId creates a turn id */
export function toTurns(turns: Talk['turns'], newId: () => string): Turn[] {
  return turns.map((turn): Turn => {
    if (turn.role === 'user') return { role: 'user', id: newId(), text: turn.text, images: [] };
    const { text, model } = turn;
    const times = { firstToken: null, total: 0 };
    const answer = { ...emptyAnswer, text };
    return { role: 'assistant', id: newId(), model, state: 'done', answer, times, requestId: null, error: null };
  });
}
