import { Buffer } from 'node:buffer';
import { createSecretKey } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { createVault } from '../lib/secrets.ts';
import { createLocalState } from '../shared-state/local/local-state.ts';
import type { News, Shelf, ShelvedText } from '../shared-state/shared-state.ts';
import { type AnswerMemory, createAnswerMemory } from './answer-memory.ts';

const vaultOf = (fill: number) => createVault(createSecretKey(Buffer.alloc(32, fill)));
const opened: AnswerMemory[] = [];
afterEach(() => {
  for (const memory of opened.splice(0)) memory.close();
});

function open({ shelf = createLocalState().shelf, news = createLocalState().news, vault = vaultOf(1) } = {}) {
  const settings = { enabled: true, megabytes: 1, hours: 1 };
  const time = { now: 0 };
  const memory = createAnswerMemory({
    settings: () => settings,
    shared: { shelf, news },
    vault,
    clock: () => time.now,
  });
  opened.push(memory);
  return { memory, settings, time };
}

/** The shared state of two replicas, without a server. */
function createShelf(): Shelf & { readonly texts: Map<string, ShelvedText> } {
  const texts = new Map<string, ShelvedText>();
  return {
    texts,
    isOpen: true,
    async put(names, text) {
      for (const name of names) texts.set(name, { name: names[0] ?? '', text });
    },
    get: async (name) => texts.get(name),
    async remove(own) {
      for (const [name, shelved] of texts) if (shelved.name === own) texts.delete(name);
    },
  };
}

function createNews(): News & { miss(): void } {
  const listeners: ((data: unknown) => void)[] = [];
  const gaps: (() => void)[] = [];
  return {
    publish(_, data) {
      for (const listener of listeners) listener(data);
    },
    subscribe(_, listener) {
      listeners.push(listener);
      return () => undefined;
    },
    onGap(listener) {
      gaps.push(listener);
      return () => undefined;
    },
    miss() {
      for (const listener of gaps) listener();
    },
  };
}

describe('the memory of answers', () => {
  test('recalls an answer with its predecessors, but an item alone', async () => {
    const { memory } = open();
    memory.keep('key', { names: ['r1', 'm1'], text: 'one' });
    memory.keep('key', { names: ['r2', 'm2'], previous: 'r1', text: 'two' });
    memory.keep('key', { names: ['r3', 'm3'], previous: 'r2', text: 'three' });
    expect([...(await memory.recall('key', ['r3'])).entries()]).toEqual([
      ['r3', { text: 'three' }],
      ['r2', { text: 'two' }],
      ['r1', { text: 'one' }],
    ]);
    const items = await memory.recall('key', ['m2', 'r2', 'none']);
    expect([...items.keys()]).toEqual(['m2', 'r2', 'r1']);
    expect(items.get('m2')).toBe(items.get('r2'));
    expect([...(await memory.recall('key', ['m3'])).keys()]).toEqual(['m3']);
    expect(await memory.recall('another key', ['r3'])).toEqual(new Map());
  });

  test('is empty when it is disabled', async () => {
    const { memory, settings } = open();
    memory.keep('key', { names: ['r1'], text: 'one' });
    settings.enabled = false;
    expect(memory.isOn).toBe(false);
    expect(await memory.recall('key', ['r1'])).toEqual(new Map());
    memory.keep('key', { names: ['r2'], text: 'two' });
    settings.enabled = true;
    expect(await memory.recall('key', ['r2'])).toEqual(new Map());
  });

  test('shares its answers encrypted with other replicas, and finds theirs', async () => {
    const shelf = createShelf();
    const [here, there, stranger] = [open({ shelf }), open({ shelf }), open({ shelf, vault: vaultOf(2) })];
    here.memory.keep('key', { names: ['r1', 'm1'], text: 'a secret' });
    here.memory.keep('key', { names: ['r2'], previous: 'r1', text: 'another' });
    for (const { text } of shelf.texts.values()) expect(text).not.toContain('secret');
    expect([...(await there.memory.recall('key', ['r2'])).keys()]).toEqual(['r2', 'r1']);
    expect((await there.memory.recall('key', ['m1'])).get('m1')).toEqual({ text: 'a secret' });
    expect(await there.memory.recall('other key', ['r1'])).toEqual(new Map());
    expect(await stranger.memory.recall('key', ['r1'])).toEqual(new Map());
    await here.memory.forget('key', 'r1');
    expect(await open({ shelf }).memory.recall('key', ['r1'])).toEqual(new Map());
  });

  test('drops answers deleted on another replica, and all copies when it may have missed a deletion', async () => {
    const shelf = createShelf();
    const news = createNews();
    const [here, there] = [open({ shelf, news }), open({ shelf, news })];
    for (const name of ['r1', 'r2']) here.memory.keep('key', { names: [name], text: name });
    await there.memory.forget('key', 'r1');
    expect([...(await here.memory.recall('key', ['r1', 'r2'])).keys()]).toEqual(['r2']);
    news.miss();
    expect(here.memory.size).toEqual({ answers: 0, bytes: 0 });
    expect([...(await here.memory.recall('key', ['r1', 'r2'])).keys()]).toEqual(['r2']);
  });

  test('never returns one key’s answer to another', async () => {
    const shelf = createShelf();
    open({ shelf }).memory.keep('key', { names: ['r1'], text: 'mine' });
    const [stolen] = shelf.texts.values();
    if (stolen !== undefined) shelf.texts.set('thief:r1', { ...stolen, name: 'thief:r1' });
    expect(await open({ shelf }).memory.recall('thief', ['r1'])).toEqual(new Map());
  });
});
