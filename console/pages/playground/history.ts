import { z } from 'zod';
import { emptyAnswer } from '../../chat/answer.ts';
import type { Turn } from './turns.ts';

const storedTurn = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), text: z.string() }),
  z.object({ role: z.literal('assistant'), text: z.string(), model: z.string() }),
]);
const storedTalk = z.object({
  id: z.string(),
  /** When it was last gone on with; milliseconds since the epoch. */
  at: z.number(),
  title: z.string(),
  model: z.string(),
  system: z.string(),
  turns: z.array(storedTurn),
});

/** A conversation as it is kept in the browser: its words alone, without images and tools. */
export type Talk = z.infer<typeof storedTalk>;

/** The part of `localStorage` that this needs. */
export type TalkStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const key = 'atlassian-proxy-talks';
const mostTalks = 50;
/** UTF-16 units of all of them: browsers keep five million or so for a website. */
const mostText = 1_000_000;
const longestTitle = 60;

/** Newest first; nothing when what is there is not understood. */
export function readTalks(storage: TalkStorage): Talk[] {
  try {
    const parsed = z.array(storedTalk).safeParse(JSON.parse(storage.getItem(key) ?? '[]'));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}

/** Keeps a conversation in place of what was kept of it before. The oldest make room. */
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
    // A browser that keeps nothing has nothing to forget.
  }
}

function write(storage: TalkStorage, talks: readonly Talk[]): void {
  try {
    storage.setItem(key, JSON.stringify(talks));
  } catch {
    // Full, or switched off: then it is not kept.
  }
}

/** What is kept of a conversation; undefined while nothing was answered. */
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

/** @param newId of a turn */
export function toTurns(turns: Talk['turns'], newId: () => string): Turn[] {
  return turns.map((turn): Turn => {
    if (turn.role === 'user') return { role: 'user', id: newId(), text: turn.text, images: [] };
    const { text, model } = turn;
    const times = { firstToken: null, total: 0 };
    const answer = { ...emptyAnswer, text };
    return { role: 'assistant', id: newId(), model, state: 'done', answer, times, requestId: null, error: null };
  });
}
