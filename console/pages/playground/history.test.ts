import { describe, expect, it } from 'vitest';
import { forgetTalks, keepTalk, readTalks, type Talk, type TalkStorage, toTalk, toTurns } from './history.ts';

function createStorage(initial?: string): TalkStorage {
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

const talk = (id: string, text = 'hi'): Talk => ({
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
    keepTalk(storage, talk('a'));
    keepTalk(storage, talk('b'));
    keepTalk(storage, talk('a', 'again'));
    expect(readTalks(storage).map(({ id, title }) => [id, title])).toEqual([
      ['a', 'again'],
      ['b', 'hi'],
    ]);
    forgetTalks(storage);
    expect(readTalks(storage)).toEqual([]);
  });

  it('are bounded in number and in size', () => {
    const storage = createStorage();
    for (let index = 0; index < 60; index += 1) keepTalk(storage, talk(`t${index}`));
    expect(readTalks(storage)).toHaveLength(50);
    for (let index = 0; index < 6; index += 1) keepTalk(storage, talk(`long${index}`, 'x'.repeat(300_000)));
    expect(readTalks(storage).map(({ id }) => id)).toEqual(['long5', 'long4', 'long3']);
  });

  it('take what they do not understand, and a storage that fails, for nothing', () => {
    expect(readTalks(createStorage('{'))).toEqual([]);
    expect(readTalks(createStorage('[{"id":1}]'))).toEqual([]);
    const broken: TalkStorage = {
      getItem: () => null,
      setItem() {
        throw new Error('full');
      },
      removeItem: () => undefined,
    };
    expect(keepTalk(broken, talk('a'))).toHaveLength(1);
  });

  it('come back as turns', () => {
    const turns = toTurns(talk('a').turns, () => 'id');
    expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(toTalk('a', { model: 'm', system: '' }, turns, 5)).toMatchObject({ id: 'a', at: 5, title: 'hi' });
    expect(toTalk('a', { model: 'm', system: '' }, turns.slice(0, 1), 5)).toBeUndefined();
  });
});
