import { describe, expect, it } from 'vitest';
import {
  type ChatStorage,
  deleteSavedChats,
  readSavedChats,
  type SavedChat,
  saveChat,
  toSavedChat,
  toTurns,
} from './history.ts';

function createStorage(initial?: string): ChatStorage {
  let value = initial ?? null;
  return {
    getItem: () => value,
    setItem(_key, text) {
      value = text;
    },
    removeItem() {
      value = null;
    },
  };
}

const saved = (id: string, text = 'hi'): SavedChat => ({
  id,
  at: 1,
  title: text.slice(0, 10),
  model: 'm',
  system: '',
  turns: [
    { role: 'user', text },
    { role: 'assistant', text: 'Hello.', model: 'm' },
  ],
});

describe('conversations in the browser', () => {
  it('are kept newest first, each once, and forgotten at once', () => {
    const storage = createStorage();
    saveChat(storage, saved('a'));
    saveChat(storage, saved('b'));
    saveChat(storage, saved('a', 'again'));
    expect(readSavedChats(storage).map(({ id, title }) => [id, title])).toEqual([
      ['a', 'again'],
      ['b', 'hi'],
    ]);
    deleteSavedChats(storage);
    expect(readSavedChats(storage)).toEqual([]);
  });

  it('are bounded in number and in size', () => {
    const storage = createStorage();
    for (let index = 0; index < 60; index += 1) saveChat(storage, saved(`t${index}`));
    expect(readSavedChats(storage)).toHaveLength(50);
    for (let index = 0; index < 6; index += 1) saveChat(storage, saved(`long${index}`, 'x'.repeat(300_000)));
    expect(readSavedChats(storage).map(({ id }) => id)).toEqual(['long5', 'long4', 'long3']);
  });

  it('take what they do not understand, and a storage that fails, for nothing', () => {
    expect(readSavedChats(createStorage('{'))).toEqual([]);
    expect(readSavedChats(createStorage('[{"id":1}]'))).toEqual([]);
    const broken: ChatStorage = {
      getItem: () => null,
      setItem() {
        throw new Error('full');
      },
      removeItem: () => undefined,
    };
    expect(saveChat(broken, saved('a'))).toHaveLength(1);
  });

  it('come back as turns', () => {
    const turns = toTurns(saved('a').turns, () => 'id');
    expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(toSavedChat('a', { model: 'm', system: '' }, turns, 5)).toMatchObject({ id: 'a', at: 5, title: 'hi' });
    expect(toSavedChat('a', { model: 'm', system: '' }, turns.slice(0, 1), 5)).toBeUndefined();
  });
});
